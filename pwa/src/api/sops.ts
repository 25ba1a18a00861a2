/** Instructions and quizzes on the wire. */

/** One question of a quiz; `right` counts from 0. */
export interface QuestionOut {
  en: string
  zh: string
  choices: { en: string; zh: string }[]
  right: number
}

/** How a step is done, as it holds here; `quiz`: I am to pass its quiz first. */
export interface SopOut {
  id: string | null
  warehouse: string | null
  step: string
  en: string
  zh: string
  photo: string | null
  questions: QuestionOut[]
  quiz: boolean
}

export interface QuizOut {
  id: string
  step: string
  person: string | null
  name: string | null
  count: string | null
  made_by: string
  made_at: string
}

export interface QuizResultOut {
  id: string
  step: string
  name: string
  right: number
  asked: number
  passed: boolean
  at: string
}
