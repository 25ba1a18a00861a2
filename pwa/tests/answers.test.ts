/** The matrix says what the server would choose. */
import { describe, expect, test } from 'vitest'
import { counts, said } from '../src/domain/answers'

const line = (who: string, about: Partial<Record<'kind' | 'zone' | 'stage' | 'cause' | 'warehouse', string>> = {}) => ({
  ...{ who, kind: null, zone: null, stage: null, cause: null, warehouse: 'WH1' },
  ...about,
})

describe('who answers for a cell', () => {
  const lines = [
    line('anybody'),
    line('storage', { stage: 'storage' }),
    line('human', { cause: 'human' }),
    line('theft', { cause: 'human.theft' }),
    line('human at picking', { cause: 'human', stage: 'picking' }),
    line('damaged', { kind: 'damaged', stage: 'storage' }),
  ]

  test.each([
    [null, null, 'anybody'],
    ['storage', null, 'storage'],
    ['storage', 'physical.expiry', 'storage'],
    ['storage', 'human.carelessness', 'human'], // a cause says more than a stage
    ['picking', 'human.carelessness', 'human at picking'],
    ['picking', 'human.theft', 'theft'], // its exact cause before its loss type
    ['shipping', null, 'anybody'],
  ])('%s × %s: %s', (stage, cause, who) => {
    expect(counts(lines, stage, cause)?.who).toBe(who)
  })

  test('is named only by a line of just this stage and cause', () => {
    expect(said(lines, 'storage', null)?.who).toBe('storage')
    expect(said(lines, 'storage', 'human')).toBeUndefined()
  })

  test('a warehouse of its own goes before the line for all', () => {
    const both = [{ ...line('all'), warehouse: null }, line('here')]
    expect(counts(both, null, null)?.who).toBe('here')
    expect(said(both, null, null)?.who).toBe('here')
  })

  test('nobody, where no line fits', () => {
    expect(counts([line('picking', { stage: 'picking' })], 'storage', null)).toBeUndefined()
  })
})
