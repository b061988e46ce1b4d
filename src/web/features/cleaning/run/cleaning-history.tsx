import type { RetentionJob } from '#contract/rules/retention-runs.ts'
import { Table } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { paths } from '#web/api/page-paths.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { Panel } from '#web/components/layout/panel.tsx'
import { ScrollBox } from '#web/components/layout/scroll-box.tsx'
import { JobsShown } from '#web/components/table/jobs-shown.tsx'
import { useInfiniteRows } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { formatCount } from '#web/components/text/count-of.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { RunStatus } from '#web/entities/jobs/run-status.tsx'
import { historyQuery } from '../queries.ts'
import { scopeName } from '../scope.ts'
import classes from './cleaning-history.module.css'
import { outcomeOf, startedBy } from './run-words.ts'

const jobsOf = ({ jobs }: { readonly jobs: readonly RetentionJob[] }) => jobs

/** All runs, newest first. */
export function CleaningHistory() {
  const list = useInfiniteRows(useInfiniteQuery(historyQuery), jobsOf)
  return (
    <Panel title="History">
      <ListScaffold
        list={list}
        failure="Couldn’t load the history"
        nextFailure="Couldn’t load older runs"
        empty={
          <EmptyState title="Not run yet">
            Each run will be listed here, with what it has removed.
          </EmptyState>
        }
        isFramed={false}
        skeleton={{ rows: 4 }}
      >
        <ScrollBox label="History table">
          <Table aria-label="History" verticalSpacing={6} horizontalSpacing="sm" fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>When</Table.Th>
                <Table.Th>By</Table.Th>
                <Table.Th className={classes.extra}>Scope</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th className={classes.number}>Removed</Table.Th>
                <Table.Th className={classes.number}>Frees</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {list.rows.map((job) => (
                <Row key={job.id} job={job} />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollBox>
        <JobsShown list={list} what="run" />
      </ListScaffold>
    </Panel>
  )
}

function Row({ job }: { readonly job: RetentionJob }) {
  const { id, startedAt, lastUpdated, request, result } = job
  return (
    <Table.Tr>
      <Table.Td className={classes.number}>
        <RelativeTime at={startedAt ?? lastUpdated} to={paths.cleaningRun(id)} />
      </Table.Td>
      <Table.Td>{startedBy(job)}</Table.Td>
      <Table.Td className={classes.extra}>{request ? scopeName(request.scope) : '–'}</Table.Td>
      <Table.Td>
        <RunStatus outcome={outcomeOf(job)} />
      </Table.Td>
      <Table.Td className={classes.number}>{result ? formatCount(result.removed) : '–'}</Table.Td>
      <Table.Td className={classes.number}>
        {result ? <ByteSize bytes={result.bytes} /> : '–'}
      </Table.Td>
    </Table.Tr>
  )
}
