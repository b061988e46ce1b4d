import type { DeletionImpact } from '#contract/images/deletion.ts'
import { countOf, namesOf } from '#web/components/text/count-of.ts'
import { formatLocalTime } from '#web/components/text/format-time.ts'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { ShortDigest } from '#web/entities/short-digest.tsx'
import { attachedWords, platformWords } from '../image-labels.ts'
import { holderName, holderWords } from '#web/entities/holder-labels.ts'
import { ByteStrip } from '#web/components/byte-strip/byte-strip.tsx'
import { ImpactTable } from './impact-table.tsx'
import classes from './impact-summary.module.css'
import type { StepProgress } from './use-deletion.ts'

interface ImpactSummaryProps {
  readonly impact: DeletionImpact
  /** During the run: by tag, how far it is. */
  readonly progress: ReadonlyMap<string, StepProgress> | null
}

/** What the server says would go, what stays and why, and until when it can be restored. */
export function ImpactSummary({ impact, progress }: ImpactSummaryProps) {
  const isAnyImageDeleted = impact.references.some(({ imageDeleted }) => imageDeleted)
  const [only] = impact.references
  const subject = impact.references.length > 1 ? 'They' : 'It'
  return (
    <div className={classes.root}>
      {impact.references.length === 1 && only ? (
        <OneReference reference={only} />
      ) : (
        <ImpactTable references={impact.references} progress={progress} />
      )}
      {isAnyImageDeleted && (
        <ByteStrip
          label="What goes and what stays"
          isBare
          parts={[
            { tone: 'chosen', label: 'freed', bytes: impact.bytesFreed },
            { tone: 'stays', label: 'stay', bytes: impact.bytesKept },
          ]}
        />
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
              <KeptBy impact={impact} />
            </li>
          )}
          <li>
            {impact.restorableUntil ? (
              <>
                {subject} can be restored from the trash until{' '}
                {formatLocalTime(Date.parse(impact.restorableUntil))} (
                <RelativeTime at={impact.restorableUntil} />
                ).
              </>
            ) : (
              `Until that collection ${subject.toLowerCase()} can be restored from the trash.`
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
      {tags.length > 0 && (
        <>
          <dt>{tags.length > 1 ? 'Removes the tags' : 'Removes the tag'}</dt>
          <dd>{namesOf(tags, 100)}</dd>
        </>
      )}
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

/** Names what keeps the rest: the first holders, as the server names them. */
function KeptBy({ impact: { keptBy, keptByCount } }: Pick<ImpactSummaryProps, 'impact'>) {
  if (keptBy.length < 2) return null
  const more = keptByCount - keptBy.length
  return (
    <details className={classes.keepers}>
      <summary>Who needs them</summary>
      <ul>
        {keptBy.map((holder) => (
          <li key={`${holder.repository} ${holder.digest}`}>{holderName(holder)}</li>
        ))}
        {more > 0 && <li>and {countOf(more, 'more', 'more')}</li>}
      </ul>
    </details>
  )
}
