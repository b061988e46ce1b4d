import type { ActivityEntry } from '#contract/activity.ts'
import { Anchor, Modal } from '@mantine/core'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { formatExactTime } from '#web/components/text/format-time.ts'
import { useEscape } from '#web/components/layout/use-escape.ts'
import { useFocusFallback } from '#web/components/layout/use-focus-fallback.ts'
import { detailWords } from './detail-labels.ts'
import classes from './entry-dialog.module.css'

interface EntryDialogProps {
  readonly entry: ActivityEntry
  readonly onClose: () => void
}

/** One entry in full. */
export function EntryDialog({ entry, onClose }: EntryDialogProps) {
  const { kind, at, actor, from, repository, subject } = entry
  const detail = detailWords(entry)
  useFocusFallback()
  useEscape(true, onClose)
  return (
    <Modal
      opened
      closeOnEscape={false}
      onClose={onClose}
      title={kind.charAt(0).toUpperCase() + kind.slice(1)}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <dl className={classes.facts}>
        <dt>When</dt>
        <dd>{formatExactTime(Date.parse(at))}</dd>
        <dt>Who</dt>
        <dd>{actor ?? 'the schedule, or the server itself'}</dd>
        {from !== null && (
          <>
            <dt>From</dt>
            <dd>{from}</dd>
          </>
        )}
        {repository !== null && (
          <>
            <dt>Repository</dt>
            <dd>
              <Anchor component={Link} to={paths.repository(repository)}>
                {repository}
              </Anchor>
            </dd>
          </>
        )}
        {subject !== null && (
          <>
            <dt>{subjectLabel(entry)}</dt>
            <dd>{subject}</dd>
          </>
        )}
        {detail !== '' && detail !== subject && (
          <>
            <dt>Details</dt>
            <dd>{detail}</dd>
          </>
        )}
      </dl>
    </Modal>
  )
}

function subjectLabel({ kind, subject, repository }: ActivityEntry): string {
  if (kind.startsWith('collection') || kind === 'retention finished') return 'Run'
  if (repository === null) return 'Account'
  return subject?.includes(':') ? 'Digest' : 'Tag'
}
