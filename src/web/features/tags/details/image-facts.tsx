import type { TagDetails } from '#contract/tags.ts'
import { formatByteSize } from '#domain/byte-size.ts'
import { exactBytes } from '../../../ui/byte-size.tsx'
import { namesOf } from '../../../ui/count-of.ts'
import { CopyButton } from '../../../ui/copy-button.tsx'
import { formatExactTime } from '../../../ui/format-time.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { attachedWords, platformWords } from '../image-words.ts'
import classes from './tag-drawer.module.css'

/** Written out, where the list has tooltips: here everything is reachable without a mouse. */
export function ImageFacts({ details }: { details: TagDetails }) {
  const { digest, mediaType, platforms, aliases, attached, createdAt, updatedAt, author } = details
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
          <dd>{namesOf(aliases, 30)}</dd>
        </>
      )}
      <dt>Size</dt>
      <dd>
        {formatByteSize(details.size)} ({exactBytes(details.size)})
      </dd>
      <dt>Freed if deleted</dt>
      <dd>
        {formatByteSize(details.exclusiveSize)} ({exactBytes(details.exclusiveSize)})
      </dd>
      {attached.length > 0 && (
        <>
          <dt>Attached</dt>
          <dd>{attachedWords(attached)}</dd>
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
    </dl>
  )
}

function Instant({ at }: { at: string }) {
  return (
    <>
      <RelativeTime at={at} /> ({formatExactTime(Date.parse(at))})
    </>
  )
}
