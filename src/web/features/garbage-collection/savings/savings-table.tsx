import { removalCauses } from '#domain/collection/removal-cause.ts'
import { Table } from '@mantine/core'
import { ByteSize } from '#web/entities/byte-size.tsx'
import classes from '../plan/amount-table.module.css'
import { CauseDot } from '../plan/cause-list.tsx'
import { causeLook } from '../plan/causes.ts'
import type { BucketSize, SavingsBucket } from './savings-buckets.ts'
import { describeBucket } from './savings-labels.ts'
import { ScrollBox } from '../scroll-box.tsx'

interface SavingsTableProps {
  readonly size: BucketSize
  readonly buckets: readonly SavingsBucket[]
}

const headings: Record<BucketSize, string> = { run: 'Run', day: 'Day', month: 'Month' }

/** The figures of the chart, newest first. */
export function SavingsTable({ size, buckets }: SavingsTableProps) {
  const seen = new Set(buckets.flatMap(({ bytesByCause }) => Object.keys(bytesByCause)))
  const causes: string[] = [...removalCauses.filter((cause) => seen.delete(cause)), ...seen]
  return (
    <ScrollBox label="Savings table" maxHeight={420}>
      <Table
        aria-label="Savings"
        stickyHeader
        verticalSpacing={6}
        horizontalSpacing="sm"
        className={classes.table}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{headings[size]}</Table.Th>
            {size !== 'run' && <Table.Th className={classes.number}>Runs</Table.Th>}
            <Table.Th className={classes.number}>Freed</Table.Th>
            {causes.map((cause) => (
              <Table.Th key={cause} className={classes.number}>
                <CauseDot cause={cause} /> {causeLook(cause).label}
              </Table.Th>
            ))}
            <Table.Th className={classes.number}>Total so far</Table.Th>
            <Table.Th className={classes.number}>Stored before</Table.Th>
            <Table.Th className={classes.number}>Reclaimable before</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {buckets.toReversed().map((bucket) => (
            <Table.Tr key={bucket.startedAt}>
              <Table.Th scope="row" fw={400} className={classes.number} ta="start">
                {describeBucket(bucket.startedAt, size)}
              </Table.Th>
              {size !== 'run' && <Table.Td className={classes.number}>{bucket.runs}</Table.Td>}
              <BytesCell bytes={bucket.bytesFreed} />
              {causes.map((cause) => (
                <BytesCell key={cause} bytes={bucket.bytesByCause[cause] ?? 0} />
              ))}
              <BytesCell bytes={bucket.cumulativeBytes} />
              <BytesCell bytes={bucket.storedBytes} />
              <BytesCell bytes={bucket.reclaimableBytes} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  )
}

const BytesCell = ({ bytes }: { readonly bytes: number }) => (
  <Table.Td className={classes.number}>
    <ByteSize bytes={bytes} />
  </Table.Td>
)
