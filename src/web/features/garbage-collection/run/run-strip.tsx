import type { WireCollectionResult } from '#contract/jobs/collection-jobs.ts'
import { ByteStrip, type StripPart } from '#web/components/byte-strip/byte-strip.tsx'

/** What was stored before a run: what stayed because it is needed, what the run freed, what is left. */
export function RunStrip({ result }: { readonly result: WireCollectionResult }) {
  const { storedBytes, planned, removed, dryRun } = result
  const freed = Math.min(removed.bytes, storedBytes)
  const left = Math.max(0, Math.min(planned.bytes, storedBytes) - freed)
  const parts: readonly StripPart[] = [
    { tone: 'stays', label: 'needed, stayed', bytes: storedBytes - freed - left },
    ...(dryRun ? [] : [{ tone: 'reclaimable', label: 'freed', bytes: freed } as const]),
    ...(left > 0 || dryRun
      ? [{ tone: 'chosen', label: dryRun ? 'would go' : 'not freed', bytes: left } as const]
      : []),
  ]
  return <ByteStrip label="What was stored before" parts={parts} />
}
