import type { LargestImage, LargestSort } from '#contract/images/largest-images.ts'
import { shortDigest } from '#domain/values/digest.ts'
import { VisuallyHidden } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { Hint } from '#web/components/feedback/hint.tsx'
import { IconButton } from '#web/components/layout/icon-button.tsx'
import type { ListRows } from '#web/components/table/list-rows.ts'
import { SortHeader } from '#web/components/table/sort-header.tsx'
import type { Sort } from '#web/components/table/sort.ts'
import { VirtualTable } from '#web/components/table/virtual-table.tsx'
import { formatCount, namesOf } from '#web/components/text/count-of.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { noWriteReason } from '#web/entities/access-labels.ts'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { imageName } from '#web/entities/image-name.ts'
import { LongName } from '#web/entities/long-name.tsx'
import { LastPull } from '../last-pull.tsx'
import classes from './largest-table.module.css'

interface LargestTableProps {
  readonly list: ListRows<LargestImage>
  /** Since when pulls are known; undefined: that is not known yet. */
  readonly pullsSince: string | null | undefined
  readonly sort: Sort<LargestSort>
  readonly onSort: (sort: Sort<LargestSort>) => void
  readonly onDelete: (image: LargestImage) => void
}

/** As in the style sheet: on a phone a row has more lines. */
const rowHeightNow = (): number => (window.matchMedia('(max-width: 48em)').matches ? 96 : 44)

export function LargestTable({ list, pullsSince, sort, onSort, onDelete }: LargestTableProps) {
  const rowHeight = rowHeightNow()
  const sorting = { sort, onSort }
  // Of those that are loaded.
  const mostBytes = list.rows.reduce((most, { exclusiveSize }) => Math.max(most, exclusiveSize), 0)
  return (
    <VirtualTable
      label="What takes the space"
      list={list}
      rowHeight={rowHeight}
      head={
        <>
          <th>Image</th>
          <SortHeader
            field="exclusiveSize"
            label="Freed if deleted"
            isRight
            isDescendingFirst
            className={classes.freed}
            {...sorting}
          />
          <th className={classes.size}>Size</th>
          <th className={classes.pushed}>Pushed</th>
          <SortHeader
            field="lastPulledAt"
            label="Last pull"
            className={classes.pulled}
            {...sorting}
          />
          <th className={classes.actions}>
            <VisuallyHidden>Delete</VisuallyHidden>
          </th>
        </>
      }
      renderRow={(image, rowIndex) => (
        <Row
          key={`${image.repository} ${image.digest}`}
          image={image}
          rowIndex={rowIndex}
          rowHeight={rowHeight}
          mostBytes={mostBytes}
          pullsSince={pullsSince}
          onDelete={() => onDelete(image)}
        />
      )}
    />
  )
}

interface RowProps {
  readonly image: LargestImage
  readonly rowIndex: number
  readonly rowHeight: number
  readonly mostBytes: number
  readonly pullsSince: string | null | undefined
  readonly onDelete: () => void
}

function Row({ image, rowIndex, rowHeight, mostBytes, pullsSince, onDelete }: RowProps) {
  const { repository, tags, tagCount, digest, size, exclusiveSize, updatedAt, accessLevel } = image
  const [tag] = tags
  const name = imageName(repository, tag ?? digest)
  const noReason = noWriteReason(repository, accessLevel)
  const lastPull = (
    <LastPull
      lastPulledAt={image.lastPulledAt}
      lastPulledBy={image.lastPulledBy}
      since={pullsSince}
    />
  )
  const share = mostBytes === 0 ? 0 : exclusiveSize / mostBytes
  return (
    <tr aria-rowindex={rowIndex} style={{ height: rowHeight }}>
      <th scope="row">
        <Link to={paths.repository(repository, tag)} className={classes.link} title={name}>
          <span className={classes.repository}>{repository}</span>{' '}
          <b>
            <LongName text={tag ?? shortDigest(digest)} />
          </b>
        </Link>
        {tagCount > 1 && (
          <span className={classes.more} title={namesOf(tags, tags.length, tagCount)}>
            +{formatCount(tagCount - 1)}
            <VisuallyHidden> {tagCount === 2 ? 'more tag' : 'more tags'}</VisuallyHidden>
          </span>
        )}
        {tagCount === 0 && <span className={classes.more}>untagged</span>}
        {/* Fields that have no column of their own on a narrow screen. */}
        <div className={classes.phoneOnly}>
          of <ByteSize bytes={size} />
          {updatedAt && (
            <>
              {' · '}
              <RelativeTime at={updatedAt} />
            </>
          )}
        </div>
        <div className={classes.phoneOnly}>Pulled: {lastPull}</div>
      </th>
      <td className={classes.freed}>
        <span className={classes.cell}>
          <span className={classes.bar} aria-hidden>
            <span
              className={classes.part}
              // A small share must stay visible.
              style={{ width: share === 0 ? 0 : `max(2px, ${share * 100}%)` }}
            />
          </span>
          <ByteSize bytes={exclusiveSize} />
        </span>
      </td>
      <td className={classes.size}>
        <ByteSize bytes={size} />
      </td>
      <td className={classes.pushed}>{updatedAt ? <RelativeTime at={updatedAt} /> : '–'}</td>
      <td className={classes.pulled}>{lastPull}</td>
      <td className={classes.actions}>
        <Hint label={noReason}>
          <IconButton
            aria-label={`Delete ${name}`}
            // Not `disabled`: a person must reach it to learn why it does nothing.
            aria-disabled={noReason !== null}
            aria-description={noReason ?? undefined}
            onClick={() => {
              if (noReason === null) onDelete()
            }}
          >
            <IconTrash size={17} stroke={1.6} aria-hidden />
          </IconButton>
        </Hint>
      </td>
    </tr>
  )
}
