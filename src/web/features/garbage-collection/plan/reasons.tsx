import { Anchor, Table } from '@mantine/core'
import { Link } from 'react-router'
import { shortDigestsIn } from '#web/entities/short-digests-in.ts'
import { ReasonWithDetail } from '../reason-detail.tsx'
import classes from './amount-table.module.css'
import { FoldedRows } from '#web/components/table/folded-rows.tsx'

interface ReasonsProps {
  readonly rows: readonly {
    readonly subject: string
    /** What tells it from others: a digest. */
    readonly detail?: string | null
    readonly reason: string
    /** The address of the subject, if it has a page. */
    readonly to?: string
  }[]
}

/** What failed, each with the reason. */
export const Reasons = ({ rows }: ReasonsProps) => (
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
          {shown.map(({ subject, detail, reason, to }) => (
            <Table.Tr key={`${subject} ${detail} ${reason}`}>
              <Table.Td className={classes.label}>
                {to === undefined ? (
                  shortDigestsIn(subject)
                ) : (
                  <Anchor component={Link} to={to} inherit>
                    {subject}
                  </Anchor>
                )}
                {detail && <span className={classes.part}>{shortDigestsIn(detail)}</span>}
              </Table.Td>
              <Table.Td className={classes.label}>
                <ReasonWithDetail reason={reason} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    )}
  </FoldedRows>
)
