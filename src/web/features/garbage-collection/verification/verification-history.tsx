import type { VerificationJob } from '#contract/jobs/jobs.ts'
import { Table, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { paths } from '#web/api/page-paths.ts'
import { useInfiniteRows } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { JobsShown } from '#web/components/table/jobs-shown.tsx'
import classes from '../plan/amount-table.module.css'
import { startedBy } from '../run/run-outcome.ts'
import { RunStatus } from '#web/entities/jobs/run-status.tsx'
import { ScrollBox } from '#web/components/layout/scroll-box.tsx'
import { verificationsQuery } from './verification-calls.ts'
import { verificationOutcome } from './verification-outcome.ts'

const jobsOf = ({ jobs }: { readonly jobs: readonly VerificationJob[] }) => jobs

/**
 * All verifications, newest first; each has a page with what it found, and its log.
 *
 * @param props.last changes when the last one starts or ends
 */
export function VerificationHistory({ last }: { readonly last: string }) {
  const list = useInfiniteRows(useInfiniteQuery(verificationsQuery(last)), jobsOf)
  return (
    <div>
      <Title order={3} size="sm" mb="xs">
        All verifications
      </Title>
      <ListScaffold
        list={list}
        failure="Couldn’t load the verifications"
        nextFailure="Couldn’t load older verifications"
        empty={<Text c="dimmed">Each will be listed here, with what it found.</Text>}
        isFramed={false}
        skeleton={{ rows: 2, rowHeight: 32 }}
      >
        <ScrollBox label="Table of verifications">
          <Table
            aria-label="Verifications"
            verticalSpacing={6}
            horizontalSpacing="sm"
            className={classes.table}
            highlightOnHover
          >
            <Table.Thead>
              <Table.Tr>
                <Table.Th>When</Table.Th>
                <Table.Th>By</Table.Th>
                <Table.Th className={classes.extra}>Read</Table.Th>
                <Table.Th>Found</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {list.rows.map((job) => (
                <VerificationRow key={job.id} job={job} />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollBox>
        <JobsShown list={list} what="verification" />
      </ListScaffold>
    </div>
  )
}

const VerificationRow = ({ job }: { readonly job: VerificationJob }) => (
  <Table.Tr>
    <Table.Td>
      <RelativeTime at={job.startedAt ?? job.lastUpdated} to={paths.verification(job.id)} />
    </Table.Td>
    <Table.Td>{startedBy(job)}</Table.Td>
    <Table.Td className={classes.extra}>{job.request.full ? 'every byte' : 'sizes'}</Table.Td>
    <Table.Td>
      <RunStatus outcome={verificationOutcome(job)} />
    </Table.Td>
  </Table.Tr>
)
