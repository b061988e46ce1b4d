import type { TagDetails } from '#contract/tags.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { ShortDigest } from '../../../ui/short-digest.tsx'
import classes from './tag-drawer.module.css'

/** What the tag showed before, where storage remembers it. */
export function TagHistory({ history }: Pick<TagDetails, 'history'>) {
  if (history.length === 0) return null
  return (
    <section aria-labelledby="tag-history">
      <h3 className={classes.heading} id="tag-history">
        Before
      </h3>
      <ul className={classes.list}>
        {history.map(({ digest, at }) => (
          <li key={digest} className={classes.layerLine}>
            <ShortDigest digest={digest} />
            {at && <RelativeTime at={at} className={classes.note} />}
          </li>
        ))}
      </ul>
    </section>
  )
}
