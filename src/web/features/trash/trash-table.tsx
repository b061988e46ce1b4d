import type { TrashEntry } from '#contract/images/trash.ts'
import { VisuallyHidden } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { ListRows } from '#web/components/table/list-rows.ts'
import { RowCheckbox } from '#web/components/table/row-checkbox.tsx'
import { VirtualTable } from '#web/components/table/virtual-table.tsx'
import { canRestore } from './restore-access.ts'
import { TrashRow } from './trash-row.tsx'
import classes from './trash-table.module.css'

interface TrashTableProps {
  readonly list: ListRows<TrashEntry>
  readonly selectedIds: ReadonlySet<string>
  readonly onSelectedIds: (ids: ReadonlySet<string>) => void
  readonly onRestore: (entry: TrashEntry) => void
  readonly onDeleteForever: (entry: TrashEntry) => void
}

export function TrashTable({
  list,
  selectedIds,
  onSelectedIds,
  onRestore,
  onDeleteForever,
}: TrashTableProps) {
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  const rowHeight = isNarrow ? 80 : 52
  const restorable = list.rows.filter(canRestore)
  const selectedCount = restorable.filter(({ id }) => selectedIds.has(id)).length
  const areAllSelected = restorable.length > 0 && selectedCount === restorable.length

  const toggle = (id: string) => {
    const ids = new Set(selectedIds)
    if (!ids.delete(id)) ids.add(id)
    onSelectedIds(ids)
  }
  return (
    <VirtualTable
      label="Trash"
      list={list}
      rowHeight={rowHeight}
      head={
        <>
          <th className={classes.select}>
            <RowCheckbox
              aria-label="Select all shown"
              checked={areAllSelected}
              isMixed={selectedCount > 0 && !areAllSelected}
              disabled={restorable.length === 0}
              onChange={() =>
                onSelectedIds(new Set(areAllSelected ? [] : restorable.map(({ id }) => id)))
              }
            />
          </th>
          <th>Image</th>
          <th className={classes.digest}>Digest</th>
          <th className={classes.deleted}>Deleted</th>
          <th className={classes.held}>Held</th>
          <th className={classes.collected}>Collected after</th>
          <th className={classes.actions}>
            <VisuallyHidden>Restore or delete forever</VisuallyHidden>
          </th>
        </>
      }
      renderRow={(entry, rowIndex) => (
        <TrashRow
          key={entry.id}
          entry={entry}
          rowIndex={rowIndex}
          rowHeight={rowHeight}
          isSelected={selectedIds.has(entry.id)}
          onSelect={() => toggle(entry.id)}
          onRestore={() => onRestore(entry)}
          onDeleteForever={() => onDeleteForever(entry)}
        />
      )}
    />
  )
}
