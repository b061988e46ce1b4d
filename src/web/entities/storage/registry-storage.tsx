import type { WireStorage } from '#contract/jobs/storage.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { useQuery } from '@tanstack/react-query'
import { messageOf } from '#web/api/api-error.ts'
import { paths } from '#web/api/page-paths.ts'
import { ByteStrip } from '#web/components/byte-strip/byte-strip.tsx'
import { StorageCard } from './storage-card.tsx'
import { stripParts } from './storage-parts.ts'
import { storageQuery } from './storage-query.ts'

const links = {
  oneImage: '/repositories?sort=-size',
  shared: '/repositories?sort=-size',
  untagged: paths.garbageCollection,
  trash: paths.trash,
  inDoubt: paths.garbageCollection,
  reclaimable: paths.garbageCollection,
}

/** What the bytes of the whole registry are there for. */
export function RegistryStorage() {
  const { data, error } = useQuery(storageQuery)
  if (!data) {
    return (
      <StorageCard
        title="Storage"
        note={error ? `Couldn’t load the figures: ${messageOf(error)}` : null}
      />
    )
  }
  const { parts, free } = data
  return (
    <StorageCard title="Storage" note={noteOf(data)}>
      {parts && <ByteStrip label="Storage" parts={stripParts(parts, { links, free })} />}
    </StorageCard>
  )
}

function noteOf({ parts, stored, imageBytes, isCurrent }: WireStorage): string | null {
  if (parts === null || stored === null || imageBytes === null) {
    return isCurrent ? 'Unknown: something can’t be read' : 'Looking at what is stored'
  }
  const images = `${formatByteSize(imageBytes)} of images`
  // What is stored of tagged images only: the rest is saved by nothing.
  const needed = parts.oneImage + parts.shared
  const saved = imageBytes === 0 ? 0 : Math.round((1 - needed / imageBytes) * 100)
  const words =
    saved < 1
      ? `${formatByteSize(stored)} stored`
      : `${images} in ${formatByteSize(needed)}: sharing saves ${saved}\u00A0%`
  return isCurrent ? words : `${words} · updating`
}
