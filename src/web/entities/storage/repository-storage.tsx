import type { Repository } from '#contract/images/repositories.ts'
import { paths } from '#web/api/page-paths.ts'
import { ByteStrip } from '#web/components/byte-strip/byte-strip.tsx'
import { StorageCard } from './storage-card.tsx'
import { stripParts, type ChosenBytes } from './storage-parts.ts'

export interface RepositoryStorageProps {
  readonly repository: Repository | undefined
  /** What the selected images would add to what is reclaimable. */
  readonly chosen: ChosenBytes | null
}

/** What the bytes of one repository are there for. */
export function RepositoryStorage({ repository, chosen }: RepositoryStorageProps) {
  const parts = repository?.storage ?? null
  if (repository === undefined || parts === null) {
    const isKnown = repository === undefined || !repository.reclaimableIsCurrent
    return (
      <StorageCard
        title="Storage"
        note={
          repository && (isKnown ? 'Looking at what is stored' : 'Unknown: something can’t be read')
        }
      />
    )
  }
  const links = {
    shared: paths.repositoryTab(repository.id, 'layer-map'),
    trash: paths.trashOf(repository.id),
    reclaimable: paths.garbageCollection,
  }
  const isCurrent = repository.reclaimableIsCurrent && chosen?.isCurrent !== false
  return (
    <StorageCard title="Storage" note={isCurrent ? null : 'Updating'}>
      <ByteStrip label="Storage" parts={stripParts(parts, { links, chosen })} />
    </StorageCard>
  )
}
