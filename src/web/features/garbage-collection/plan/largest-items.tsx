import type { WirePlan } from '#contract/jobs/garbage-collection.ts'
import { Table } from '@mantine/core'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { ShortDigest } from '#web/entities/short-digest.tsx'
import classes from './amount-table.module.css'
import { CauseDot } from './cause-list.tsx'
import { causeLook } from './causes.ts'
import { FoldedRows } from '#web/components/table/folded-rows.tsx'
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
                  <Table.Th>Why</Table.Th>
                  <Table.Th className={classes.number}>Size</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shown.map((item, position) => (
                  // An upload may have neither digest nor name, and the order never changes.
                  // oxlint-disable-next-line react/no-array-index-key
                  <Table.Tr key={position}>
                    <Table.Td>
                      <ItemName item={item} />
                    </Table.Td>
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

/** The image by the name that people know, then what of it the item is. */
function ItemName({ item }: { readonly item: Item }) {
  const { digest, name, isManifest, image, repository } = item
  if (digest === null) {
    return (
      <>
        <span className={classes.image}>
          upload{repository === null ? '' : ` to ${repository}`}
        </span>
        {name !== null && <span className={classes.part}>{name}</span>}
      </>
    )
  }
  const what = isManifest ? 'manifest' : 'layer'
  return (
    <>
      {image ? (
        <span className={classes.image}>{imageName(image)}</span>
      ) : (
        <span className={classes.image}>
          {what} of no image{repository === null ? '' : ` in ${repository}`}
        </span>
      )}
      <span className={classes.part}>
        {image && `${what} `}
        <ShortDigest digest={digest} />
        {image?.pushedAt && (
          <>
            pushed <RelativeTime at={image.pushedAt} />
          </>
        )}
      </span>
    </>
  )
}

/** "shop/web:4.2", "shop/web:4.2 and 2 more", "untagged image of shop/web". */
function imageName({ repository, tags, others }: NonNullable<Item['image']>): string {
  const [tag, ...more] = tags
  const image = tag === undefined ? `untagged image of ${repository}` : `${repository}:${tag}`
  const aliases = more.length === 0 ? '' : `, ${more.slice(0, 2).join(', ')}`
  return `${image}${aliases}${others === 0 ? '' : ` and ${others} more`}`
}
