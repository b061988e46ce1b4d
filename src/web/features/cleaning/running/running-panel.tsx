import type { WireRunningReport } from '#contract/rules/running.ts'
import { Alert, Badge, Button, List, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { asSentence } from '#web/api/api-error.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { Panel } from '#web/components/layout/panel.tsx'
import { ScrollBox } from '#web/components/layout/scroll-box.tsx'
import { FoldedRows } from '#web/components/table/folded-rows.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { countOf, formatCount, namesOf } from '#web/components/text/count-of.ts'
import { formatDuration } from '#web/components/text/format-time.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { reportsQuery } from '../queries.ts'
import { NoReports } from './no-reports.tsx'
import { RemoveReportDialog } from './remove-report-dialog.tsx'
import classes from './running-panel.module.css'

/** What clusters report to run, and whether that can be relied on. For administrators. */
export function RunningPanel() {
  const { data, error, isFetching, refetch } = useQuery(reportsQuery)
  const [removing, setRemoving] = useState<string | null>(null)
  return (
    <Panel title="What runs">
      {data === undefined ? (
        error ? (
          <ErrorState
            title="Couldn’t load what runs"
            error={error}
            onRetry={() => void refetch()}
            isRetrying={isFetching}
          />
        ) : (
          <ListSkeleton rows={2} />
        )
      ) : data.reports.length === 0 ? (
        <NoReports />
      ) : (
        <>
          <Refusal reports={data.reports} />
          <Text size="sm" c="dimmed" mb="xs">
            Rules keep what runs, and a person deletes it only by typing its name. A report counts
            for {formatDuration(data.maximumAgeMinutes * 60_000)}; after that, nothing is cleaned
            until the next one.
          </Text>
          <ScrollBox label="Table of what runs">
            <FoldedRows rows={data.reports} one="cluster" many="clusters">
              {(shown) => (
                <Table aria-label="What runs" verticalSpacing={4} horizontalSpacing="xs" fz="sm">
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>Cluster</Table.Th>
                      <Table.Th>Last report</Table.Th>
                      <Table.Th className={classes.number}>Images</Table.Th>
                      <Table.Th>Not here</Table.Th>
                      <Table.Th aria-label="Remove" />
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {shown.map((report) => (
                      <Row key={report.cluster} report={report} onRemove={setRemoving} />
                    ))}
                  </Table.Tbody>
                </Table>
              )}
            </FoldedRows>
          </ScrollBox>
        </>
      )}
      {removing !== null && (
        <RemoveReportDialog cluster={removing} onClose={() => setRemoving(null)} />
      )}
    </Panel>
  )
}

/** Why nothing is cleaned, if a report cannot be relied on. */
function Refusal({ reports }: { readonly reports: readonly WireRunningReport[] }) {
  const problems = reports.flatMap(({ problem }) => problem ?? [])
  if (problems.length === 0) return null
  return (
    <Alert
      color="red"
      role="alert"
      mb="sm"
      title="Nothing is cleaned by rule, because it isn’t known what runs"
    >
      <List size="sm">
        {problems.map((problem) => (
          <List.Item key={problem}>{asSentence(problem)}</List.Item>
        ))}
      </List>
    </Alert>
  )
}

interface RowProps {
  readonly report: WireRunningReport
  readonly onRemove: (cluster: string) => void
}

function Row({ report, onRemove }: RowProps) {
  const { cluster, source, reportedAt, reportedBy, problem, images, unknown, unknownImages } =
    report
  const isFile = source === 'file'
  return (
    <Table.Tr>
      <Table.Th scope="row" className={classes.cluster}>
        {isFile ? 'The server’s file' : cluster}{' '}
        {problem !== null && (
          <Badge variant="light" color="red" radius="sm" tt="none">
            {reportedAt === null ? (isFile ? 'can’t be read' : 'never reported') : 'not good'}
          </Badge>
        )}
      </Table.Th>
      <Table.Td>
        {reportedAt === null ? '–' : <RelativeTime at={reportedAt} />}
        {reportedBy !== null && ` by ${reportedBy}`}
      </Table.Td>
      <Table.Td className={classes.number}>{formatCount(images)}</Table.Td>
      <Table.Td className={classes.unknown}>
        {unknown === 0 ? (
          '–'
        ) : (
          <>
            {countOf(unknown, 'image')}:{' '}
            <span className={classes.detail}>
              {namesOf(
                unknownImages.map(({ image }) => image),
                3,
                unknown,
              )}
            </span>
          </>
        )}
      </Table.Td>
      <Table.Td className={classes.number}>
        {!isFile && reportedAt !== null && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            aria-label={`Remove ${cluster}`}
            onClick={() => onRemove(cluster)}
          >
            Remove
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  )
}
