/** What somebody likes on this phone. Kept outside the database, since it is needed before the first picture. */

import { reactive, watch } from 'vue'
import { language, type Language } from '../i18n'

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

/** Show the settings on the page, now and whenever they change. */
export function followSettings(): void {
  watch(settings, apply, { immediate: true })
}

function apply(): void {
  language.value = settings.language
  const root = document.documentElement
  root.lang = settings.language
  root.classList.toggle('glove', settings.glove)
  root.classList.toggle('left-hand', settings.leftHand)
  root.dataset.theme = settings.theme
  localStorage.setItem(KEY, JSON.stringify(settings))
}
