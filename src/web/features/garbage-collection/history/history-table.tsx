import type { Job } from '#contract/jobs/collection-jobs.ts'
import { Table } from '@mantine/core'
import { paths } from '#web/api/page-paths.ts'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { briefDuration } from '../plan/amounts.ts'
import classes from '../plan/amount-table.module.css'
import { outcomeOf, startedBy } from '../run/run-outcome.ts'
import { RunStatus } from '#web/entities/jobs/run-status.tsx'
import { ScrollBox } from '#web/components/layout/scroll-box.tsx'

const extra = `${classes.number} ${classes.extra}`

export function HistoryTable({ jobs }: { readonly jobs: readonly Job[] }) {
  return (
    <ScrollBox label="History table">
      <Table
        aria-label="History"
        verticalSpacing={6}
        horizontalSpacing="sm"
        className={classes.table}
        highlightOnHover
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>By</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th className={extra}>Duration</Table.Th>
            <Table.Th className={extra}>Layers</Table.Th>
            <Table.Th className={extra}>Manifests</Table.Th>
            <Table.Th className={classes.number}>Freed</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {jobs.map((job) => (
            <HistoryRow key={job.id} job={job} />
          ))}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  )
}

function HistoryRow({ job }: { readonly job: Job }) {
  // A dry run frees nothing; the run's page shows what it found.
  const removed = job.dryRun ? null : (job.result?.removed ?? null)
  const { startedAt, finishedAt } = job
  return (
    <Table.Tr>
      <Table.Td>
        <RelativeTime
          at={startedAt ?? job.scheduledAt ?? job.lastUpdated}
          to={paths.collectionRun(job.id)}
          className={classes.number}
        />
      </Table.Td>
      <Table.Td>{startedBy(job)}</Table.Td>
      <Table.Td>
        <RunStatus outcome={outcomeOf(job)} />
      </Table.Td>
      <Table.Td className={extra}>
        {startedAt && finishedAt
          ? briefDuration(Date.parse(finishedAt) - Date.parse(startedAt))
          : '–'}
      </Table.Td>
      <Table.Td className={extra}>{removed?.layers ?? '–'}</Table.Td>
      <Table.Td className={extra}>{removed?.manifests ?? '–'}</Table.Td>
      <Table.Td className={classes.number}>
        {removed ? <ByteSize bytes={removed.bytes} /> : '–'}
      </Table.Td>
    </Table.Tr>
  )
}
