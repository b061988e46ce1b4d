import type { WireCollectionResult } from '#contract/jobs.ts'
import { Table, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import classes from './amount-table.module.css'
import { CauseTable, RepositoryTable } from './amount-table.tsx'
import { counted } from './amounts.ts'
import { byBytes } from './causes.ts'
import { FoldedRows } from './folded-rows.tsx'
import pageClasses from './garbage-collection-page.module.css'
import { Panel } from './panel.tsx'

/** What a run has deleted, from where and why; what failed; whether every tag is whole. */
export function RunResult({ result }: { readonly result: WireCollectionResult }) {
  const { byCause, byRepository, failures } = result
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
      {!result.dryRun && (
        <Panel title="Verification">
          <VerificationFound result={result} />
        </Panel>
      )}
    </>
  )
}

function VerificationFound({ result }: { readonly result: WireCollectionResult }) {
  const { verification, endedBy } = result
  if (verification === null) {
    return (
      <Text c="dimmed">
        {endedBy === 'stopped'
          ? 'Not done: the run was stopped before. The next one that ends by itself does it.'
          : 'The tags could not be verified. The log says why.'}
      </Text>
    )
  }
  const { tags, wholeTags, broken } = verification
  const found = `${wholeTags} of ${counted(tags, 'tag')} verified`
  if (wholeTags === tags) {
    return (
      <Text>
        <IconCircleCheck size={18} aria-hidden className={classes.whole} /> {found}: every manifest
        and layer they need is there.
      </Text>
    )
  }
  return (
    <>
      <Text c="var(--mantine-color-error)">{found}. These are not whole:</Text>
      <Reasons
        rows={broken.map(({ repository, tag, reason }) => ({
          subject: `${repository}:${tag}`,
          reason,
        }))}
      />
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
