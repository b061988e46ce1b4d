import type { RepositoryDeletion } from '#contract/images/deletion.ts'
import { Alert } from '@mantine/core'
import { ByteStrip } from '#web/components/byte-strip/byte-strip.tsx'
import { countOf, namesOf } from '#web/components/text/count-of.ts'
import { formatLocalTime } from '#web/components/text/format-time.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { holderWords } from '#web/entities/holder-labels.ts'
import { clustersOf } from '#web/entities/running-words.ts'
import classes from './deletion-facts.module.css'

/** What the server says would go with a repository, what stays and why, and until when it can come back. */
export function DeletionFacts({ deletion }: { readonly deletion: RepositoryDeletion }) {
  const { bytesFreed, bytesKept, keptBy, keptByCount, imagesInTrash } = deletion
  const { nextCollectionAt, restorableUntil } = deletion
  return (
    <div className={classes.root}>
      <Obstacles deletion={deletion} />
      <p className={classes.what}>
        <b>{whatGoes(deletion)}</b> go to the trash, as one entry.
      </p>
      <ByteStrip
        label="What goes and what stays"
        isBare
        parts={[
          { tone: 'chosen', label: 'freed', bytes: bytesFreed },
          { tone: 'stays', label: 'stay', bytes: bytesKept },
        ]}
      />
      <ul className={classes.facts}>
        <li>
          <b className={classes.freed}>
            <ByteSize bytes={bytesFreed} />
          </b>{' '}
          {nextCollectionAt ? (
            <>
              are freed by the next collection, <RelativeTime at={nextCollectionAt} />.
            </>
          ) : (
            'are freed by the next collection. None is scheduled.'
          )}
        </li>
        {bytesKept > 0 && (
          <li>
            <ByteSize bytes={bytesKept} /> stay: {holderWords(keptBy, keptByCount)}.
          </li>
        )}
        <li>
          {restorableUntil ? (
            <>
              The repository can be restored as one until{' '}
              {formatLocalTime(Date.parse(restorableUntil))} (<RelativeTime at={restorableUntil} />
              ).
            </>
          ) : (
            'Until that collection the repository can be restored as one.'
          )}
        </li>
        {imagesInTrash > 0 && (
          <li>{countOf(imagesInTrash, 'image')} of it are in the trash already, and stay there.</li>
        )}
        <li>A push to this name makes a new repository.</li>
      </ul>
    </div>
  )
}

/** Why the server would refuse. */
function Obstacles({ deletion }: { readonly deletion: RepositoryDeletion }) {
  const { protectedTags, protectedCount, unreadable, running, runningCount } = deletion
  const [first] = protectedTags
  return (
    <>
      {runningCount > 0 && (
        <Alert color="red" role="alert" title="Images of it are in use">
          {countOf(runningCount, 'image')} of it {runningCount === 1 ? 'runs' : 'run'} in{' '}
          {clustersOf(running)}. A node that needs one again could not pull it.
        </Alert>
      )}
      {first && (
        <Alert color="red" role="alert" title="Protected tags">
          {namesOf(
            protectedTags.map(({ name }) => name),
            5,
            protectedCount,
          )}{' '}
          may not be deleted: the retention policy of{' '}
          {first.scope === 'registry' ? 'the registry' : first.scope} says “{first.rule}”. Ask those
          who may change it, or delete the other images one by one.
        </Alert>
      )}
      {unreadable.length > 0 && (
        <Alert color="red" role="alert" title="Not everything can be read">
          {namesOf(unreadable, 5)}: what cannot be read could never be restored. Verify the
          repository, or delete its other images one by one.
        </Alert>
      )}
    </>
  )
}

/** "38 images with 112 tags, 12 platforms and 4 attached". */
function whatGoes({ images, tags, platforms, attached }: RepositoryDeletion): string {
  const more = [
    countOf(tags, 'tag'),
    ...(platforms > 0 ? [countOf(platforms, 'platform')] : []),
    ...(attached > 0 ? [countOf(attached, 'attached', 'attached')] : []),
  ]
  const last = more.pop()
  return `${countOf(images, 'image')} with ${more.length > 0 ? `${more.join(', ')} and ` : ''}${last}`
}

/** Whether the server would do it. */
export const isDeletable = ({ protectedCount, unreadable }: RepositoryDeletion): boolean =>
  protectedCount === 0 && unreadable.length === 0
