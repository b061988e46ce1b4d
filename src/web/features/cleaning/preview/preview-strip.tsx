import { useQuery } from '@tanstack/react-query'
import { ByteStrip, type StripPart } from '#web/components/byte-strip/byte-strip.tsx'
import { partLabels } from '#web/entities/storage/storage-parts.ts'
import { storageQuery } from '#web/entities/storage/storage-query.ts'
import classes from './preview-strip.module.css'

/** What is stored before and after a run, to the same scale: what goes is in the trash first. */
export function PreviewStrip({ bytesFreed }: { readonly bytesFreed: number }) {
  const parts = useQuery(storageQuery).data?.parts
  if (!parts) return null
  const { oneImage, shared, untagged, trash, inDoubt, reclaimable } = parts
  const inUse = oneImage + shared + untagged
  const going = Math.min(bytesFreed, inUse)
  const strip = (moved: number): StripPart[] => [
    { tone: 'stays', label: 'in use', bytes: inUse - moved },
    { tone: 'trash', label: partLabels.trash, bytes: trash + moved },
    ...(inDoubt > 0
      ? [{ tone: 'inDoubt', label: partLabels.inDoubt, bytes: inDoubt } as const]
      : []),
    { tone: 'reclaimable', label: partLabels.reclaimable, bytes: reclaimable },
  ]
  return (
    <div className={classes.row}>
      <span className={classes.when}>Now</span>
      <ByteStrip label="Stored now" parts={strip(0)} />
      <span className={classes.when}>After</span>
      <ByteStrip label="Stored after this run" parts={strip(going)} />
    </div>
  )
}
