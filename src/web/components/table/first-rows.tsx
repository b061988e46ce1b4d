import { Spacer } from './spacer.tsx'
import type { RowsProps } from './windowed-rows.tsx'

/** The first rows, and the space of the others. */
export const FirstRows = ({
  rowCount,
  rowHeight,
  count,
  renderRow,
}: RowsProps & { readonly count: number }) => (
  <tbody>
    {Array.from({ length: count }, (_, row) => renderRow(row))}
    <Spacer height={(rowCount - count) * rowHeight} />
  </tbody>
)

/**
 * Until the code that renders only the visible rows has loaded. The page is as long as it will be, so
 * that a person who scrolls before gets where they want.
 */
export function rowsInFirstView(rows: RowsProps) {
  const inView = Math.ceil(window.innerHeight / rows.rowHeight)
  return <FirstRows {...rows} count={Math.min(rows.rowCount, inView)} />
}
