/** Quizzes and the sheets of a case are fetched when somebody first needs them. */

import { late } from './photoParts'

const quizPart = () => import('./StepQuiz.vue')
const casePart = () => import('./CaseSheet.vue')

export const StepQuiz = late(quizPart)
export const CaseSheet = late(casePart)

/** For phones without a service worker, which have to fetch all parts while there is a network. */
export const stepParts: (() => Promise<unknown>)[] = [quizPart, casePart]
