import type { TagDetails } from '#contract/images/tags.ts'
import { shortDigest } from '#domain/values/digest.ts'
import { CopyButton } from '#web/components/form/copy-button.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { useOpenImage } from '../use-open-image.ts'
import classes from './tag-drawer.module.css'

/** What the tag showed before, if storage still has it. */
export function TagHistory({ history }: Pick<TagDetails, 'history'>) {
  const openImage = useOpenImage()
  if (history.length === 0) return null
  return (
    <section aria-labelledby="tag-history">
      <h3 className={classes.heading} id="tag-history">
        What it showed before
      </h3>
      <ul className={classes.list}>
        {history.map(({ digest, at, isHere }) => (
          <li key={digest} className={classes.layerLine}>
            <span className={classes.digest}>
              {isHere ? (
                <button
                  type="button"
                  className={classes.link}
                  aria-label={`Details of ${shortDigest(digest)}`}
                  onClick={() => openImage(digest)}
                >
                  {shortDigest(digest)}
                </button>
              ) : (
                shortDigest(digest)
              )}
              <CopyButton value={digest} what={`digest ${shortDigest(digest)}`} />
            </span>
            <span className={classes.note}>
              {isHere ? 'still here' : 'deleted since'}
              {at && (
                <>
                  {' · '}
                  <RelativeTime at={at} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
