/** The table of responsibilities as a matrix of stage × cause: the same rule by which the server chooses. Pure. */

export interface Answering {
  kind: string | null
  zone: string | null
  stage: string | null
  cause: string | null
  warehouse: string | null
}

/** The lines that speak of nothing but stage and cause: those of the matrix. */
export function plain<T extends Answering>(lines: readonly T[]): T[] {
  return lines.filter(({ kind, zone }) => kind === null && zone === null)
}

/** The line of exactly this cell; `null` means any. A warehouse's own goes before the one for all. */
export function said<T extends Answering>(lines: readonly T[], stage: string | null, cause: string | null): T | undefined {
  const here = plain(lines).filter((line) => line.stage === stage && line.cause === cause)
  return here.find(({ warehouse }) => warehouse !== null) ?? here[0]
}

/** The line that counts for this cell: its exact cause before its loss type, then its stage, then the warehouse's own. */
export function counts<T extends Answering>(lines: readonly T[], stage: string | null, cause: string | null): T | undefined {
  const fitting = plain(lines).filter((line) => (line.stage === null || line.stage === stage) && fitsCause(line.cause, cause))
  return fitting.sort((one, other) => weight(other) - weight(one))[0]
}

const fitsCause = (named: string | null, met: string | null) => named === null || (met !== null && (named === met || named === met.split('.')[0]))

function weight({ cause, stage, warehouse }: Answering): number {
  const causes = cause === null ? 0 : 1 + cause.split('.').length - 1
  return causes * 4 + (stage === null ? 0 : 2) + (warehouse === null ? 0 : 1)
}
