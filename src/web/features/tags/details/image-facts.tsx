import type { TagDetails } from '#contract/images/tags.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { ByteSize, exactBytes } from '#web/entities/byte-size.tsx'
import { countOf, formatCount, namesOf } from '#web/components/text/count-of.ts'
import { CopyButton } from '#web/components/form/copy-button.tsx'
import { formatExactTime } from '#web/components/text/format-time.ts'
import { ShortDigest } from '#web/entities/short-digest.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { protectedReason } from '../protection-label.ts'
import { platformWords } from '../image-labels.ts'
import { useOpenImage } from '../use-open-image.ts'
import classes from './tag-drawer.module.css'

const aliasesShown = 30

/** Written out where the list has tooltips: here a person without a mouse reaches everything. */
export function ImageFacts({ details }: { readonly details: TagDetails }) {
  const openImage = useOpenImage()
  const {
    digest,
    mediaType,
    platforms,
    aliases,
    attached,
    createdAt,
    updatedAt,
    author,
    protectedBy,
  } = details
  return (
    <dl className={classes.facts}>
      <dt>Digest</dt>
      <dd>
        <span className={classes.digest}>{digest}</span> <CopyButton value={digest} what="digest" />
      </dd>
      <dt>Media type</dt>
      <dd>{mediaType}</dd>
      <dt>{platforms.length === 1 ? 'Platform' : 'Platforms'}</dt>
      <dd>{platformWords(platforms) || 'none named'}</dd>
      {aliases.length > 0 && (
        <>
          <dt>Same image as</dt>
          <dd className={classes.tags}>
            {aliases.slice(0, aliasesShown).map((alias) => (
              <button
                key={alias}
                type="button"
                className={classes.link}
                onClick={() => openImage(alias)}
              >
                {alias}
              </button>
            ))}
            {aliases.length > aliasesShown &&
              `and ${formatCount(aliases.length - aliasesShown)} more`}
          </dd>
        </>
      )}
      <dt>Size</dt>
      <dd>
        {formatByteSize(details.size)} ({exactBytes(details.size)})
      </dd>
      <dt>Freed if deleted</dt>
      <dd>
        {formatByteSize(details.freedSize)} ({exactBytes(details.freedSize)})
        {details.freedSize < details.exclusiveSize &&
          `; ${formatByteSize(details.exclusiveSize)} together with ${namesOf(aliases, 3)}`}
      </dd>
      {attached.length > 0 && (
        <>
          <dt>Attached</dt>
          <dd>
            {attached.map((each) => (
              <div key={each.digest}>
                {each.label}, <ByteSize bytes={each.size} /> <ShortDigest digest={each.digest} />
              </div>
            ))}
          </dd>
        </>
      )}
      {createdAt && (
        <>
          <dt>Created</dt>
          <dd>
            <Instant at={createdAt} />
          </dd>
        </>
      )}
      {updatedAt && (
        <>
          <dt>Pushed</dt>
          <dd>
            <Instant at={updatedAt} />
            {author && ` by ${author}`}
          </dd>
        </>
      )}
      <dt>Last pull</dt>
      <dd>
        <LastPullFact details={details} />
      </dd>
      <CleaningFact details={details} />
      {protectedBy && (
        <>
          <dt>Protected</dt>
          <dd>{protectedReason(details)}</dd>
        </>
      )}
    </dl>
  )
}

/** What the policy in force says, and when it runs next. */
function CleaningFact({ details: { retention, verdicts } }: { readonly details: TagDetails }) {
  if (verdicts === null || retention?.verdict === 'protected') return null
  const { scope, judgedAt, problem, nextRunAt } = verdicts
  const policy = scope === 'registry' ? 'of the registry' : `of ${scope}`
  return (
    <>
      <dt>Cleaning</dt>
      <dd>
        {problem !== null ? (
          `The policy ${policy} keeps it: ${problem}`
        ) : judgedAt === null ? (
          'Being judged…'
        ) : retention?.verdict === 'removed' ? (
          <>
            Would go by the policy {policy}: {retention.reason}.{' '}
            {nextRunAt ? (
              <>
                Next cleaning: <Instant at={nextRunAt} />
              </>
            ) : (
              'Cleaning is not scheduled.'
            )}
          </>
        ) : retention ? (
          `Stays by the policy ${policy}: ${retention.reason}`
        ) : (
          'Stays or goes with what it is attached to'
        )}
      </dd>
    </>
  )
}

/** As far as is known. */
function LastPullFact({ details }: { readonly details: TagDetails }) {
  const { lastPulledAt, lastPulledBy, pulls30d, pullsSince } = details
  if (!lastPulledAt) {
    return pullsSince ? (
      <>
        none seen since <Instant at={pullsSince} />; before, pulls were not recorded
      </>
    ) : (
      'not known: pulls are not recorded'
    )
  }
  return (
    <>
      <Instant at={lastPulledAt} />
      {lastPulledBy && ` by ${lastPulledBy}`}
      {`; ${countOf(pulls30d, 'pull')} in the last 30 days`}
    </>
  )
}

function Instant({ at }: { at: string }) {
  return (
    <>
      <RelativeTime at={at} /> ({formatExactTime(Date.parse(at))})
    </>
  )
}
