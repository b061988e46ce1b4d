import {
  noRepository,
  type PlannedRemoval,
  type Removed,
  type RemovedByCause,
} from '#domain/collection/collection-result.ts'

type Count = { -readonly [Key in keyof Removed]: Removed[Key] }

/**
 * Adds up what is removed: in all, by cause and by repository. Only blobs and uploads count bytes.
 */
export interface Tally {
  add(item: PlannedRemoval, bytes: number): void
  totals(): Removed
  byCause(): RemovedByCause
  byRepository(): Readonly<Record<string, Removed>>
}

export const freesBytes = ({ step }: PlannedRemoval): boolean =>
  step === 'blob' || step === 'upload'

export function createTally(): Tally {
  const totals: Count = { bytes: 0, layers: 0, manifests: 0 }
  const byCause = new Map<string, Count>()
  const byRepository = new Map<string, Count>()

  function countOf(counts: Map<string, Count>, key: string): Count {
    const known = counts.get(key)
    if (known) return known
    const count: Count = { bytes: 0, layers: 0, manifests: 0 }
    counts.set(key, count)
    return count
  }

  return {
    add(item, bytes) {
      if (!freesBytes(item)) return
      for (const count of [
        totals,
        countOf(byCause, item.cause),
        countOf(byRepository, item.repository ?? noRepository),
      ]) {
        count.bytes += bytes
        if (item.step !== 'blob') continue
        if (item.isManifest) count.manifests += 1
        else count.layers += 1
      }
    },
    totals: () => ({ ...totals }),
    byCause: () => Object.fromEntries(byCause),
    byRepository: () => Object.fromEntries(byRepository),
  }
}
