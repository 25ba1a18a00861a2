/** Tone, vibration and colour: the three answers to a scan. Never colour alone, never sound alone. */

import { ref } from 'vue'
import { settings } from '../state/settings'

export type Mood = 'ok' | 'wrong' | 'attention' | 'done'

/** What flashes across the screen now. */
export const flash = ref<{ mood: Mood; id: number } | null>(null)

/** The last answer in words, for screen readers; the mark makes the same words heard twice. */
export const spoken = ref('')

interface Note {
  hertz: number
  ms: number
  shape: OscillatorType
}

const TONES: Record<Mood, Note[]> = {
  ok: [{ hertz: 1000, ms: 80, shape: 'sine' }],
  wrong: Array.from({ length: 3 }, () => ({ hertz: 220, ms: 120, shape: 'square' as const })),
  attention: [660, 440].map((hertz) => ({ hertz, ms: 140, shape: 'sine' as const })),
  done: [523, 659, 784].map((hertz) => ({ hertz, ms: 120, shape: 'sine' as const })),
}
const SHAKES: Record<Mood, number[]> = { ok: [40], wrong: [80, 60, 80, 60, 80], attention: [80, 60, 80], done: [40, 40, 120] }
const GAP_MS = 50

let context: AudioContext | null = null
let flashes = 0

/** Answer a scan in all three ways, and in words to who cannot see. Before the first tap browsers allow colour only. */
export function answer(mood: Mood, words = ''): void {
  flash.value = { mood, id: ++flashes }
  if (words) spoken.value = flashes % 2 ? words : `${words}\u00a0`
  if (!(navigator.userActivation?.hasBeenActive ?? true)) return
  if (settings.vibration) navigator.vibrate?.(SHAKES[mood])
  if (settings.sound) void sound(TONES[mood])
}

/** Browsers allow sound only after a tap, and phones take it away after a call; then a new context helps. */
export async function wakeSound(): Promise<AudioContext | null> {
  if (typeof AudioContext === 'undefined') return null
  if (context && context.state !== 'running') await context.resume().catch(() => undefined)
  if (context && context.state !== 'running') {
    void context.close().catch(() => undefined)
    context = null
  }
  context ??= new AudioContext()
  return context
}

async function sound(notes: Note[]): Promise<void> {
  const audio = await wakeSound()
  if (!audio) return
  let start = audio.currentTime + 0.005
  for (const { hertz, ms, shape } of notes) {
    play(audio, hertz, shape, start, ms / 1000)
    start += (ms + GAP_MS) / 1000
  }
}

/** Short ramps at both ends, or the speaker clicks. */
function play(audio: AudioContext, hertz: number, shape: OscillatorType, start: number, seconds: number): void {
  const voice = audio.createOscillator()
  const volume = audio.createGain()
  voice.type = shape
  voice.frequency.value = hertz
  volume.gain.setValueAtTime(0, start)
  volume.gain.linearRampToValueAtTime(shape === 'square' ? 0.15 : 0.35, start + 0.008)
  volume.gain.setValueAtTime(shape === 'square' ? 0.15 : 0.35, start + seconds - 0.01)
  volume.gain.linearRampToValueAtTime(0, start + seconds)
  voice.connect(volume).connect(audio.destination)
  voice.start(start)
  voice.stop(start + seconds)
}
