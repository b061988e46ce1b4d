import type { ActivityEntry } from '#contract/activity.ts'
import { VisuallyHidden } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconListDetails } from '@tabler/icons-react'
import { IconButton } from '#web/components/layout/icon-button.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import type { ListRows } from '#web/components/table/list-rows.ts'
import { VirtualTable } from '#web/components/table/virtual-table.tsx'
import classes from './activity-table.module.css'
import { ActivityWords } from './activity-labels.tsx'
import { KindIcon } from './kind-icon.tsx'
import { detailWords, shortened } from './detail-labels.ts'

interface ActivityTableProps {
  readonly label: string
  readonly list: ListRows<ActivityEntry>
  readonly within: string | null
  /** Only administrators see addresses: others know only their own, which needs no column. */
  readonly hasAddresses: boolean
  readonly onOpen: (entry: ActivityEntry) => void
}

export function ActivityTable({ label, list, within, hasAddresses, onOpen }: ActivityTableProps) {
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  const rowHeight = isNarrow ? 76 : 48
  return (
    <VirtualTable
      label={label}
      list={list}
      rowHeight={rowHeight}
      head={
        <>
          <th className={classes.when}>When</th>
          <th className={classes.icon} aria-hidden />
          <th>What</th>
          {hasAddresses && <th className={classes.from}>From</th>}
          <th className={classes.more}>
            <VisuallyHidden>Details</VisuallyHidden>
          </th>
        </>
      }
      renderRow={(entry, rowIndex) => {
        const detail = shortened(detailWords(entry))
        return (
          <tr key={entry.id} aria-rowindex={rowIndex} style={{ height: rowHeight }}>
            <td className={classes.when}>
              <RelativeTime at={entry.at} />
            </td>
            <td className={classes.icon}>
              <KindIcon kind={entry.kind} />
            </td>
            <td>
              <ActivityWords entry={entry} within={within} />
              <span className={classes.detail}>
                <span className={classes.narrowOnly}>
                  <RelativeTime at={entry.at} />
                  {detail && ' · '}
                </span>
                {detail}
              </span>
            </td>
            {hasAddresses && <td className={classes.from}>{entry.from ?? '–'}</td>}
            <td className={classes.more}>
              <IconButton
                aria-label={`Details of: ${entry.kind}${entry.subject ? ` ${shortened(entry.subject)}` : ''}`}
                title="Details"
                onClick={() => onOpen(entry)}
              >
                <IconListDetails size={16} stroke={1.6} aria-hidden />
              </IconButton>
            </td>
          </tr>
        )
      }}
    />
  )
}
