import { noRepository } from '#domain/collection/collection-result.ts'
import { Table } from '@mantine/core'
import type { ReactNode } from 'react'
import { ByteSize } from '#web/entities/byte-size.tsx'
import classes from './amount-table.module.css'
import { CauseDot } from './cause-list.tsx'
import { byBytes, causeLook, type Amount } from './causes.ts'
import { FoldedRows } from '#web/components/table/folded-rows.tsx'

interface AmountTableProps {
  readonly amounts: Readonly<Record<string, Amount>>
}

/** Bytes and counts by cause, largest first. */
export const CauseTable = ({ amounts }: AmountTableProps) => (
  <AmountTable
    heading="By cause"
    rows={byBytes(amounts).map(([cause, amount]) => ({
      key: cause,
      amount,
      label: (
        <span className={classes.cause}>
          <CauseDot cause={cause} /> {causeLook(cause).label}
        </span>
      ),
    }))}
    one="cause"
    many="causes"
  />
)

/** Bytes and counts by repository, largest first. */
export const RepositoryTable = ({ amounts }: AmountTableProps) => (
  <AmountTable
    heading="By repository"
    rows={byBytes(amounts).map(([repository, amount]) => ({
      key: repository,
      amount,
      label: repository === noRepository ? 'no repository' : repository,
    }))}
    one="repository"
    many="repositories"
  />
)

interface AmountRow {
  readonly key: string
  readonly label: ReactNode
  readonly amount: Amount
}

interface RowsProps {
  readonly heading: string
  readonly rows: readonly AmountRow[]
  readonly one: string
  readonly many: string
}

function AmountTable({ heading, rows, one, many }: RowsProps) {
  return (
    <div className={classes.root}>
      <FoldedRows rows={rows} one={one} many={many}>
        {(shown) => (
          <Table verticalSpacing={4} horizontalSpacing="xs" className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th className={classes.heading}>{heading}</Table.Th>
                <Table.Th className={classes.number}>Layers</Table.Th>
                <Table.Th className={classes.number}>Manifests</Table.Th>
                <Table.Th className={classes.number}>Size</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map(({ key, label, amount }) => (
                <Table.Tr key={key}>
                  <Table.Td className={classes.label}>{label}</Table.Td>
                  <Table.Td className={classes.number}>{amount.layers}</Table.Td>
                  <Table.Td className={classes.number}>{amount.manifests}</Table.Td>
                  <Table.Td className={classes.number}>
                    <ByteSize bytes={amount.bytes} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </FoldedRows>
    </div>
  )
}
