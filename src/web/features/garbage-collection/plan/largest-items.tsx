import type { WirePlan } from '#contract/garbage-collection.ts'
import { Table } from '@mantine/core'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { ShortDigest } from '#web/entities/short-digest.tsx'
import classes from './amount-table.module.css'
import { CauseDot } from './cause-list.tsx'
import { causeLook } from './causes.ts'
import { FoldedRows } from './folded-rows.tsx'
import { ScrollBox } from '#web/components/layout/scroll-box.tsx'

type Item = WirePlan['largest'][number]

/** The largest items of a plan. */
export function LargestItems({ items }: { readonly items: readonly Item[] }) {
  return (
    <div className={classes.root}>
      <FoldedRows rows={items} one="item" many="items">
        {(shown) => (
          <ScrollBox label="Largest items">
            <Table verticalSpacing={4} horizontalSpacing="xs" className={classes.table}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Largest items</Table.Th>
                  <Table.Th>Repository</Table.Th>
                  <Table.Th>Why</Table.Th>
                  <Table.Th className={classes.number}>Size</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shown.map((item, position) => (
                  // An upload may have neither digest nor name, and the order never changes.
                  // oxlint-disable-next-line react/no-array-index-key
                  <Table.Tr key={position}>
                    <Table.Td>{nameOf(item)}</Table.Td>
                    <Table.Td className={classes.label}>{item.repository ?? '–'}</Table.Td>
                    <Table.Td className={classes.cause}>
                      <CauseDot cause={item.cause} />{' '}
                      <span className={classes.causeWords}>{causeLook(item.cause).label}</span>
                    </Table.Td>
                    <Table.Td className={classes.number}>
                      <ByteSize bytes={item.size} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </ScrollBox>
        )}
      </FoldedRows>
    </div>
  )
}

function nameOf({ digest, name, isManifest }: Item) {
  if (digest === null) return name ?? 'an upload'
  return (
    <>
      {isManifest ? 'manifest ' : 'layer '}
      <ShortDigest digest={digest} />
    </>
  )
}
