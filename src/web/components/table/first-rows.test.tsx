import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { rowsInFirstView } from './first-rows.tsx'
import { WindowedRows, type RowsProps } from './windowed-rows.tsx'

const rows: RowsProps = {
  rowCount: 5000,
  rowHeight: 40,
  renderRow: (index) => (
    <tr key={index}>
      <td>row {index}</td>
    </tr>
  ),
}

/** The rows that are rendered, and the space that all of them take, in pixels. */
function renderedIn(table: HTMLElement): { readonly count: number; readonly height: number } {
  const count = [...table.querySelectorAll('tr:not([aria-hidden])')].length
  const spacers = [...table.querySelectorAll<HTMLElement>('tr[aria-hidden] td')]
  return {
    count,
    height: spacers.reduce(
      (height, cell) => height + Number.parseFloat(cell.style.height),
      count * rows.rowHeight,
    ),
  }
}

it('make the page as long as the code that renders only the visible rows does', () => {
  renderPage(
    <>
      <table aria-label="before">{rowsInFirstView(rows)}</table>
      <table aria-label="after">
        <WindowedRows {...rows} />
      </table>
    </>,
    { at: '/' },
  )
  const before = renderedIn(screen.getByRole('table', { name: 'before' }))
  expect(before).toEqual({ count: Math.ceil(window.innerHeight / 40), height: 5000 * 40 })
  const after = renderedIn(screen.getByRole('table', { name: 'after' }))
  // It also renders rows above and below the visible ones.
  expect(after.count).toBeGreaterThan(before.count)
  expect(after.height).toBe(before.height)
})
