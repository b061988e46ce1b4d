import type { UntaggedImage, UntaggedSort } from '#contract/images/untagged.ts'
import { shortDigest } from '#domain/values/digest.ts'
import { Badge, VisuallyHidden } from '@mantine/core'
import { IconAlertTriangle, IconTrash } from '@tabler/icons-react'
import { useRef } from 'react'
import { Hint } from '#web/components/feedback/hint.tsx'
import { CopyButton } from '#web/components/form/copy-button.tsx'
import { IconButton } from '#web/components/layout/icon-button.tsx'
import type { ListRows } from '#web/components/table/list-rows.ts'
import { RowCheckbox } from '#web/components/table/row-checkbox.tsx'
import { SortHeader } from '#web/components/table/sort-header.tsx'
import type { Sort } from '#web/components/table/sort.ts'
import { VirtualTable } from '#web/components/table/virtual-table.tsx'
import { formatCount, namesOf } from '#web/components/text/count-of.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { shortDigestsIn } from '#web/entities/short-digests-in.ts'
import { attachedWords, platformWords } from '../image-labels.ts'
import { LastPull } from '../last-pull.tsx'
import { AttachedIcons } from '../list/attached-icons.tsx'
import { selectionLimit, type Selection } from '../list/selection.ts'
import classes from './untagged-table.module.css'

interface UntaggedTableProps {
  readonly label: string
  readonly list: ListRows<UntaggedImage>
  /** Since when pulls are known; undefined: that is not known yet. */
  readonly pullsSince: string | null | undefined
  readonly sort: Sort<UntaggedSort>
  readonly onSort: (sort: Sort<UntaggedSort>) => void
  readonly selection: Selection
  /** The digest of the image whose details are open. */
  readonly openDigest: string | null
  /** Why the person may not delete here; null if they may. */
  readonly noDeleteReason: string | null
  readonly onSelect: (image: UntaggedImage, isRange: boolean) => void
  readonly onSelectAll: (areAll: boolean) => void
  readonly onOpen: (digest: string) => void
  readonly onDelete: (image: UntaggedImage) => void
}

/** As in the style sheet: on a phone a row has more lines. */
const rowHeightNow = (): number => (window.matchMedia('(max-width: 48em)').matches ? 96 : 54)

export function UntaggedTable(props: UntaggedTableProps) {
  const { label, list, sort, onSort, selection, noDeleteReason, onSelectAll } = props
  const sorting = { sort, onSort }
  const rowHeight = rowHeightNow()
  const chosen = list.rows.filter(({ digest }) => selection.tags.has(digest)).length
  const areAllSelected = chosen > 0 && chosen === Math.min(list.rows.length, selectionLimit)
  return (
    <VirtualTable
      label={label}
      list={list}
      rowHeight={rowHeight}
      head={
        <>
          <th className={classes.select}>
            <RowCheckbox
              aria-label="Select all shown"
              checked={areAllSelected}
              isMixed={chosen > 0 && !areAllSelected}
              disabled={noDeleteReason !== null}
              onChange={() => onSelectAll(!areAllSelected)}
            />
          </th>
          <th>Image</th>
          <th className={classes.platforms}>Platforms</th>
          <th className={classes.attached}>Attached</th>
          <SortHeader
            field="size"
            label="Size"
            isRight
            isDescendingFirst
            className={classes.size}
            {...sorting}
          />
          <SortHeader
            field="exclusiveSize"
            label="Freed if deleted"
            isRight
            isDescendingFirst
            className={classes.freed}
            {...sorting}
          />
          <SortHeader
            field="pushedAt"
            label="Pushed"
            isDescendingFirst
            className={classes.time}
            {...sorting}
          />
          <SortHeader
            field="lastPulledAt"
            label="Last pull"
            className={classes.time}
            {...sorting}
          />
          <th className={classes.actions}>
            <VisuallyHidden>Delete</VisuallyHidden>
          </th>
        </>
      }
      renderRow={(image, rowIndex) => (
        <Row key={image.digest} {...props} image={image} rowIndex={rowIndex} height={rowHeight} />
      )}
    />
  )
}

interface RowProps extends UntaggedTableProps {
  readonly image: UntaggedImage
  readonly rowIndex: number
  readonly height: number
}

function Row({ image, rowIndex, height, ...table }: RowProps) {
  const { pullsSince, selection, openDigest, noDeleteReason, onSelect, onOpen, onDelete } = table
  const { digest, platforms, attached, size, exclusiveSize, pushedAt, broken } = image
  const withShift = useRef(false)
  const name = shortDigest(digest)
  const failure = selection.failures.get(digest)
  const lastPull = (
    <LastPull
      lastPulledAt={image.lastPulledAt}
      lastPulledBy={image.lastPulledBy}
      since={pullsSince}
    />
  )
  const contents = [platformWords(platforms), attachedWords(attached)].filter(Boolean).join(' · ')
  return (
    <tr
      aria-rowindex={rowIndex}
      style={{ height }}
      data-selected={selection.tags.has(digest) || undefined}
      data-open={openDigest === digest || undefined}
    >
      <td className={classes.select}>
        <RowCheckbox
          aria-label={`Select ${name}`}
          checked={selection.tags.has(digest)}
          disabled={noDeleteReason !== null}
          onClick={(event) => {
            withShift.current = event.shiftKey
          }}
          onChange={() => onSelect(image, withShift.current)}
        />
      </td>
      <th scope="row">
        <span className={classes.name}>
          <button type="button" className={classes.link} onClick={() => onOpen(digest)}>
            {name}
          </button>
          <CopyButton value={digest} what={`digest ${name}`} />
          {failure && (
            <Hint label={`Not deleted: ${failure}`} className={classes.failure}>
              <IconAlertTriangle size={15} aria-label={`Not deleted: ${failure}`} role="img" />
            </Hint>
          )}
          {broken && (
            <Hint label={shortDigestsIn(broken)}>
              <Badge color="red" size="xs" variant="light">
                not whole
              </Badge>
            </Hint>
          )}
        </span>
        <FormerTags tags={image.formerTags} />
        {/* Fields that have no column of their own on a narrow screen. */}
        <div className={classes.phoneOnly}>
          {pushedAt && <RelativeTime at={pushedAt} />} · <ByteSize bytes={size} />
        </div>
        <div className={classes.phoneOnly}>Pulled: {lastPull}</div>
        <div className={classes.narrowOnly}>{contents}</div>
      </th>
      <td className={classes.platforms}>{platformWords(platforms) || '–'}</td>
      <td className={classes.attached}>
        {attached.length > 0 ? <AttachedIcons attached={attached} /> : '–'}
      </td>
      <td className={classes.size}>
        <ByteSize bytes={size} />
      </td>
      <td className={classes.freed}>
        <ByteSize bytes={exclusiveSize} />
      </td>
      <td className={classes.time}>{pushedAt ? <RelativeTime at={pushedAt} /> : 'not known'}</td>
      <td className={classes.time}>{lastPull}</td>
      <td className={classes.actions}>
        <Hint label={noDeleteReason}>
          <IconButton
            aria-label={`Delete ${name}`}
            // Not `disabled`: a person must reach it to learn why it does nothing.
            aria-disabled={noDeleteReason !== null}
            aria-description={noDeleteReason ?? undefined}
            data-row-delete
            onClick={() => {
              if (noDeleteReason === null) onDelete(image)
            }}
          >
            <IconTrash size={17} stroke={1.6} aria-hidden />
          </IconButton>
        </Hint>
      </td>
    </tr>
  )
}

/** "was 4.18, latest": people know an image by its tag. */
function FormerTags({ tags }: { readonly tags: readonly string[] }) {
  if (tags.length === 0) return null
  const shown = tags.slice(0, 2)
  const more = tags.length - shown.length
  return (
    <div className={classes.former} title={namesOf(tags, tags.length, tags.length)}>
      was <b>{shown.join(', ')}</b>
      {more > 0 && ` +${formatCount(more)}`}
    </div>
  )
}
