import type { Tag, TagSort } from '#contract/images/tags.ts'
import { VisuallyHidden } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useCallback, useMemo, type Dispatch } from 'react'
import type { ListRows } from '#web/components/table/list-rows.ts'
import type { Sort } from '#web/components/table/sort.ts'
import { RowCheckbox } from '#web/components/table/row-checkbox.tsx'
import { SortHeader } from '#web/components/table/sort-header.tsx'
import { VirtualTable } from '#web/components/table/virtual-table.tsx'
import { selectionLimit, type Selection, type SelectionAction } from './selection.ts'
import { TagRow, type RowShape } from './tag-row.tsx'
import classes from './tags-table.module.css'

interface TagsTableProps {
  readonly repository: string
  readonly list: ListRows<Tag>
  readonly sort: Sort<TagSort>
  readonly onSort: (sort: Sort<TagSort>) => void
  readonly selection: Selection
  readonly onSelect: Dispatch<SelectionAction>
  readonly openTag: string | null
  readonly onOpen: (tag: string) => void
  readonly onDelete: (tag: Tag) => void
  /** When cleaning runs next; null: by no schedule. */
  readonly nextCleaningAt: string | null | undefined
  /** Since when pulls are known; undefined: that is not known yet. */
  readonly pullsSince: string | null | undefined
  /** Why the person may not delete here; null if they may. */
  readonly noDeleteReason: string | null
}

const now = { getInitialValueInEffect: false } as const

const shapes = {
  phone: { height: 100, aliasRoom: 18 },
  narrow: { height: 52, aliasRoom: 15 },
  medium: { height: 52, aliasRoom: 32 },
  wide: { height: 44, aliasRoom: 48 },
} satisfies Record<string, RowShape>

/** As in the style sheet: the narrower the screen, the more lines a row has. */
function useRowShape(): RowShape {
  const isPhone = useMediaQuery('(max-width: 48em)', false, now)
  const isNarrow = useMediaQuery('(max-width: 88em)', false, now)
  const isMedium = useMediaQuery('(max-width: 108em)', false, now)
  if (isPhone) return shapes.phone
  if (isNarrow) return shapes.narrow
  return isMedium ? shapes.medium : shapes.wide
}

export function TagsTable({
  repository,
  list,
  sort,
  onSort,
  selection,
  onSelect,
  openTag,
  onOpen,
  onDelete,
  nextCleaningAt,
  pullsSince,
  noDeleteReason,
}: TagsTableProps) {
  const shape = useRowShape()
  const { rows: tags } = list
  const selectable = useMemo(() => tags.filter((tag) => tag.protectedBy === null), [tags])
  const selectedCount = selectable.filter(({ name }) => selection.tags.has(name)).length
  const areAllSelected =
    selectable.length > 0 && selectedCount === Math.min(selectable.length, selectionLimit)
  const sorting = { sort, onSort }
  const selectRow = useCallback(
    (tag: Tag, isRange: boolean) =>
      onSelect(isRange ? { type: 'range', tag, rows: selectable } : { type: 'toggle', tag }),
    [onSelect, selectable],
  )
  return (
    <VirtualTable
      label={`Tags of ${repository}`}
      list={list}
      rowHeight={shape.height}
      head={
        <>
          <th className={classes.select}>
            <RowCheckbox
              aria-label="Select all shown"
              checked={areAllSelected}
              isMixed={selectedCount > 0 && !areAllSelected}
              disabled={noDeleteReason !== null}
              onChange={() =>
                onSelect(areAllSelected ? { type: 'clear' } : { type: 'add', tags: selectable })
              }
            />
          </th>
          <SortHeader field="name" label="Tag" {...sorting} />
          <th className={classes.platforms}>Platforms</th>
          <th className={classes.digest}>Digest</th>
          <SortHeader
            field="size"
            label="Size"
            isRight
            isDescendingFirst
            className={classes.size}
            {...sorting}
          />
          <SortHeader
            field="freedSize"
            label="Freed if deleted"
            hint="What the next collection frees once this tag is deleted: nothing while another tag shows the same image"
            isRight
            isDescendingFirst
            className={classes.freed}
            {...sorting}
          />
          <th className={classes.attached}>Attached</th>
          <SortHeader
            field="updatedAt"
            label="Pushed"
            isDescendingFirst
            className={classes.pushed}
            {...sorting}
          />
          <SortHeader
            field="lastPulledAt"
            label="Last pull"
            className={classes.pulled}
            {...sorting}
          />
          <th className={classes.delete}>
            <VisuallyHidden>Delete</VisuallyHidden>
          </th>
        </>
      }
      renderRow={(tag, rowIndex) => (
        <TagRow
          key={tag.name}
          repository={repository}
          tag={tag}
          rowIndex={rowIndex}
          shape={shape}
          isSelected={selection.tags.has(tag.name)}
          isOpen={openTag === tag.name}
          failure={selection.failures.get(tag.name) ?? null}
          noDeleteReason={noDeleteReason}
          nextCleaningAt={nextCleaningAt}
          pullsSince={pullsSince}
          onSelect={selectRow}
          onOpen={onOpen}
          onDelete={onDelete}
        />
      )}
    />
  )
}
