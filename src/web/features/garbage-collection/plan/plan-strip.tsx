import type { WirePlan } from '#contract/jobs/garbage-collection.ts'
import { useQuery } from '@tanstack/react-query'
import { ByteStrip } from '#web/components/byte-strip/byte-strip.tsx'
import { stripParts } from '#web/entities/storage/storage-parts.ts'
import { storageQuery } from '#web/entities/storage/storage-query.ts'
import classes from './plan-strip.module.css'

/** What is stored before and after a plan, to the same scale. */
export function PlanStrip({ planned }: Pick<WirePlan, 'planned'>) {
  const parts = useQuery(storageQuery).data?.parts
  if (!parts) return null
  const freed = Math.min(planned.bytes, parts.reclaimable)
  const after = stripParts({ ...parts, reclaimable: parts.reclaimable - freed })
  return (
    <div className={classes.row}>
      <span className={classes.when}>Now</span>
      <ByteStrip label="Stored now" isBare parts={stripParts(parts)} />
      <span className={classes.when}>After</span>
      <ByteStrip
        label="Stored after this plan"
        parts={[...after, { tone: 'free', label: 'freed by this plan', bytes: freed }]}
      />
    </div>
  )
}
