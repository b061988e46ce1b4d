import type { DeletionImpact } from '#contract/deletion.ts'
import { Table } from '@mantine/core'
import { namesOf } from '../../../ui/count-of.ts'
import { formatLocalTime } from '../../../ui/format-time.ts'
import { ByteSize } from '../../../ui/byte-size.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { ShortDigest } from '../../../ui/short-digest.tsx'
import { attachedWords, platformWords } from '../image-words.ts'
import { holderWords } from '../holder-words.ts'
import classes from './impact-summary.module.css'

/** What the server says would go, what stays and why, and until when it can be taken back. */
export function ImpactSummary({ impact }: { impact: DeletionImpact }) {
  const isAnyImageDeleted = impact.references.some(({ imageDeleted }) => imageDeleted)
  const [only] = impact.references
  return (
    <div className={classes.root}>
      {impact.references.length === 1 && only ? (
        <OneReference reference={only} />
      ) : (
        <ManyReferences references={impact.references} />
      )}
      {isAnyImageDeleted ? (
        <ul className={classes.facts}>
          <li>
            <b className={classes.freed}>
              <ByteSize bytes={impact.bytesFreed} />
            </b>{' '}
            {impact.nextCollectionAt ? (
              <>
                are freed by the next collection, <RelativeTime at={impact.nextCollectionAt} />.
              </>
            ) : (
              'are freed by the next collection. None is scheduled.'
            )}
          </li>
          {impact.bytesKept > 0 && (
            <li>
              <ByteSize bytes={impact.bytesKept} /> stay:{' '}
              {holderWords(impact.keptBy, impact.keptByCount)}.
            </li>
          )}
          <li>
            {impact.restorableUntil ? (
              <>
                It can be restored from the trash until{' '}
                {formatLocalTime(Date.parse(impact.restorableUntil))}.
              </>
            ) : (
              'Until that collection it can be restored from the trash.'
            )}
          </li>
        </ul>
      ) : (
        <ul className={classes.facts}>
          <li>
            No image is deleted and no bytes are freed: only{' '}
            {impact.references.length === 1 ? 'the tag goes' : 'the tags go'}.
          </li>
        </ul>
      )}
    </div>
  )
}

function OneReference({ reference }: { reference: DeletionImpact['references'][number] }) {
  const { imageDeleted, tags, remainingTags, platforms, attached, digest } = reference
  return (
    <dl className={classes.list}>
      <dt>{imageDeleted ? 'Deletes the image' : 'Of the image'}</dt>
      <dd>
        <ShortDigest digest={digest} />
      </dd>
      <dt>{tags.length > 1 ? 'Removes the tags' : 'Removes the tag'}</dt>
      <dd>{namesOf(tags, 100) || reference.reference}</dd>
      {remainingTags.length > 0 && (
        <>
          <dt>Keeps</dt>
          <dd>{namesOf(remainingTags, 10)}</dd>
        </>
      )}
      {imageDeleted && platforms.length > 0 && (
        <>
          <dt>{platforms.length > 1 ? 'Platforms' : 'Platform'}</dt>
          <dd>{platformWords(platforms)}</dd>
        </>
      )}
      {imageDeleted && attached.length > 0 && (
        <>
          <dt>With it</dt>
          <dd>{attachedWords(attached)}</dd>
        </>
      )}
    </dl>
  )
}

function ManyReferences({ references }: Pick<DeletionImpact, 'references'>) {
  return (
    // It scrolls, so the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroller} tabIndex={0} role="region" aria-label="What is deleted">
      <Table verticalSpacing={4} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Tag</Table.Th>
            <Table.Th>What goes</Table.Th>
            <Table.Th className={classes.size}>Size</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {references.map((reference) => (
            <Table.Tr key={reference.reference}>
              <Table.Td className={classes.cell}>{reference.reference}</Table.Td>
              <Table.Td className={classes.cell}>{goesWords(reference)}</Table.Td>
              <Table.Td className={classes.size}>
                {reference.imageDeleted ? <ByteSize bytes={reference.size} /> : '–'}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function goesWords({
  imageDeleted,
  reference,
  tags,
  remainingTags,
  attached,
}: DeletionImpact['references'][number]): string {
  if (!imageDeleted && remainingTags.length === 0) return 'only the tag'
  if (!imageDeleted) return `only the tag; the image stays as ${namesOf(remainingTags, 3)}`
  const others = tags.filter((tag) => tag !== reference)
  return [
    'the image',
    others.length > 0
      ? `its other ${others.length === 1 ? 'tag' : 'tags'} ${namesOf(others, 3)}`
      : '',
    attached.length > 0 ? attachedWords(attached) : '',
  ]
    .filter(Boolean)
    .join(', ')
}
