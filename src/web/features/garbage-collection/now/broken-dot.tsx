import { VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { countOf } from '#web/components/text/count-of.ts'
import { wholenessQuery } from '../wholeness-query.ts'
import classes from './broken-dot.module.css'

/** Beside a link of the navigation: images are known to be damaged. */
export function BrokenDot() {
  const { data } = useQuery(wholenessQuery)
  if (!data || (data.brokenCount === 0 && !data.verification?.unread)) return null
  return (
    <span className={classes.root}>
      <VisuallyHidden>
        {data.brokenCount > 0 ? ` ${countOf(data.brokenCount, 'broken tag')}` : ' not all readable'}
      </VisuallyHidden>
    </span>
  )
}
