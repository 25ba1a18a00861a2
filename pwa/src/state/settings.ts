/** What somebody likes on this phone. Kept outside the database, since it is needed before the first picture. */

import { reactive, watch } from 'vue'
import { language, speak, type Language } from '../i18n'
import { partLost } from './lost'

export interface Settings {
  language: Language
  sound: boolean
  vibration: boolean
  glove: boolean
  leftHand: boolean
  theme: 'auto' | 'light' | 'dark'
  scanEach: boolean
  /** What this device's scanner sends in place of the GS1 separator; '' where it sends the real one. */
  separator: string
  deviceName: string
}

const KEY = 'tallyloop-settings'

export const settings = reactive<Settings>({ ...defaults(), ...remembered() })

function defaults(): Settings {
  const chinese = (navigator.language || 'en').toLowerCase().startsWith('zh')
  return {
    language: chinese ? 'zh-CN' : 'en',
    sound: true,
    vibration: true,
    glove: false,
    leftHand: false,
    theme: 'auto',
    scanEach: false,
    separator: '',
    deviceName: '',
  }
}

function remembered(): Partial<Settings> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>
  } catch {
    return {}
  }
}

export function toggleLanguage(): void {
  settings.language = settings.language === 'en' ? 'zh-CN' : 'en'
}

/** Show the settings on the page, now and whenever they change. Ends when the reader's words are here; rejects without any. */
export async function followSettings(): Promise<void> {
  watch(settings, apply, { immediate: true })
  watch(() => settings.language, sayItIn)
  await speak(settings.language)
}

/** Without a network and without its words, the other language stays unsaid, and the setting says so. */
async function sayItIn(chosen: Language): Promise<void> {
  try {
    await speak(chosen)
  } catch {
    settings.language = language.value
    partLost.value = true
  }
}

function apply(): void {
  const root = document.documentElement
  root.lang = settings.language
  root.classList.toggle('glove', settings.glove)
  root.classList.toggle('left-hand', settings.leftHand)
  root.dataset.theme = settings.theme
  localStorage.setItem(KEY, JSON.stringify(settings))
}
