import { screen, waitFor } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { VirtualTable } from './virtual-table.tsx'

const code = vi.hoisted(() => {
  let arrives = () => {}
  const arrival = new Promise<void>((resolve) => (arrives = resolve))
  return { arrival, arrives: () => arrives() }
})
vi.mock('./windowed-rows.tsx', async (load) => {
  await code.arrival
  return load()
})

const rowHeight = 40
const rows = Array.from({ length: 5000 }, (_, index) => `row ${index}`)

/** The space that the rows of the table take, rendered or not. */
function heightOfRows(): number {
  const ofRows = screen.queryAllByRole('row', { name: /^row/ }).length * rowHeight
  const spacers = [...document.querySelectorAll<HTMLElement>('tbody [aria-hidden] td')]
  return spacers.reduce((height, cell) => height + Number.parseFloat(cell.style.height), ofRows)
}

it('is as long before the code that renders the visible rows has loaded as afterwards', async () => {
  renderPage(
    <VirtualTable
      label="Rows"
      list={{ rows, totalCount: rows.length, onEndReached: () => undefined }}
      rowHeight={rowHeight}
      head={<th>Name</th>}
      renderRow={(name, rowIndex) => (
        <tr key={name} aria-rowindex={rowIndex}>
          <td>{name}</td>
        </tr>
      )}
    />,
    { at: '/' },
  )
  const inView = Math.ceil(window.innerHeight / rowHeight)
  expect(screen.getAllByRole('row', { name: /^row/ })).toHaveLength(inView)
  expect(heightOfRows()).toBe(rows.length * rowHeight)

  code.arrives()
  // The rows above and below the visible ones are rendered as well.
  await waitFor(() =>
    expect(screen.getAllByRole('row', { name: /^row/ }).length).toBeGreaterThan(inView),
  )
  expect(heightOfRows()).toBe(rows.length * rowHeight)
})
