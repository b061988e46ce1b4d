import { screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { rowsInFirstView } from './first-rows.tsx'
import { WindowedRows, type RowsProps } from './windowed-rows.tsx'

afterEach(() => window.scrollTo(0, 0))

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

it('leaves a person where they scroll to while the code begins', () => {
  let hasScrolled = false
  const scrolled: RowsProps = {
    ...rows,
    renderRow: (index) => {
      // Between the first render and its end, which may be seconds on a slow machine.
      if (!hasScrolled) window.scrollTo(0, 4000)
      hasScrolled = true
      return rows.renderRow(index)
    },
  }
  renderPage(
    <table>
      <WindowedRows {...scrolled} />
    </table>,
    { at: '/' },
  )
  expect(window.scrollY).toBe(4000)
  expect(screen.queryByText('row 100')).not.toBeNull()
})
