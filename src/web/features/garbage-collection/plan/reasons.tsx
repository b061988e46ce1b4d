import { Table } from '@mantine/core'
import classes from './amount-table.module.css'
import { FoldedRows } from './folded-rows.tsx'

interface ReasonsProps {
  readonly rows: readonly { readonly subject: string; readonly reason: string }[]
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
