import type { WireCollectionResult } from '#contract/jobs.ts'
import { Table, Text } from '@mantine/core'
import classes from './amount-table.module.css'
import { CauseTable, RepositoryTable } from './amount-table.tsx'
import { counted } from './amounts.ts'
import { byBytes } from './causes.ts'
import { FoldedRows } from './folded-rows.tsx'
import pageClasses from './garbage-collection-page.module.css'
import { Panel } from './panel.tsx'

/** What a run has deleted, from where and why; what failed; whether every tag is whole. */
export function RunResult({ result }: { readonly result: WireCollectionResult }) {
  const { byCause, byRepository, failures, verification } = result
  return (
    <>
      {byBytes(byCause).length > 0 && (
        <div className={pageClasses.pair}>
          <Panel title={result.dryRun ? 'What would go' : 'What went'}>
            <CauseTable amounts={byCause} />
          </Panel>
          <Panel title="From where">
            <RepositoryTable amounts={byRepository} />
          </Panel>
        </div>
      )}
      {failures.length > 0 && (
        <Panel title="Not deleted">
          <Reasons rows={failures} />
        </Panel>
      )}
      {verification && (
        <Panel title="Verification">
          <Text>
            {verification.wholeTags} of {counted(verification.tags, 'tag')} verified: every manifest
            and layer they need is there.
          </Text>
          {verification.broken.length > 0 && (
            <Reasons
              rows={verification.broken.map(({ repository, tag, reason }) => ({
                subject: `${repository}:${tag}`,
                reason,
              }))}
            />
          )}
        </Panel>
      )}
    </>
  )
}

interface ReasonsProps {
  readonly rows: readonly { readonly subject: string; readonly reason: string }[]
}

const Reasons = ({ rows }: ReasonsProps) => (
  <FoldedRows rows={rows} one="item" many="items">
    {(shown) => (
      <Table verticalSpacing={4} horizontalSpacing="xs" className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What</Table.Th>
            <Table.Th>Why</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map(({ subject, reason }) => (
            <Table.Tr key={`${subject} ${reason}`}>
              <Table.Td className={classes.label}>{subject}</Table.Td>
              <Table.Td className={classes.label}>{reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    )}
  </FoldedRows>
)
