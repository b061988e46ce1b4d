import type { WireWholeness } from '#contract/jobs/garbage-collection.ts'
import { Anchor } from '@mantine/core'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { Hint } from '#web/components/feedback/hint.tsx'
import { formatCount } from '#web/components/text/count-of.ts'
import { imageName } from '#web/entities/image-name.ts'
import { shortDigestsIn } from '#web/entities/short-digests-in.ts'
import classes from './broken-tags.module.css'

const namedTags = 5

/** The images that are known not to be whole, each with a link to its details. */
export function BrokenTags({ broken, brokenCount }: WireWholeness) {
  const named = broken.slice(0, namedTags)
  const more = brokenCount - named.length
  return (
    <ul aria-label="Broken tags" className={classes.root}>
      {named.map(({ repository, tag, reason }) => (
        <li key={`${repository}:${tag}`}>
          <Hint label={shortDigestsIn(reason)}>
            <Anchor component={Link} to={paths.repository(repository, tag)} inherit>
              {imageName(repository, tag)}
            </Anchor>
          </Hint>
        </li>
      ))}
      {more > 0 && <li>and {formatCount(more)} more</li>}
    </ul>
  )
}
