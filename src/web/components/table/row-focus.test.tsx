import { screen, waitFor } from '@testing-library/react'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { ConfirmDialog } from '../feedback/confirm-dialog.tsx'
import { RowCheckbox } from './row-checkbox.tsx'
import { VirtualTable } from './virtual-table.tsx'

function Page() {
  const [rows, setRows] = useState(['a', 'b', 'c'])
  const [asked, setAsked] = useState<string | null>(null)
  const remove = (name: string) => setRows((all) => all.filter((each) => each !== name))
  return (
    <>
      <h1 tabIndex={-1}>Page</h1>
      <VirtualTable
        label="Rows"
        list={{ rows, totalCount: rows.length, onEndReached: () => undefined }}
        rowHeight={40}
        head={<th>Name</th>}
        renderRow={(name, rowIndex) => (
          <tr key={name} aria-rowindex={rowIndex}>
            <td>
              <RowCheckbox aria-label={`Select ${name}`} />
              <button type="button" onClick={() => remove(name)}>{`Restore ${name}`}</button>
              <button type="button" onClick={() => setAsked(name)}>{`Delete ${name}`}</button>
            </td>
          </tr>
        )}
      />
      {asked !== null && (
        <ConfirmDialog
          title="Delete?"
          confirmLabel="Yes"
          onClose={() => setAsked(null)}
          onConfirm={() => {
            remove(asked)
            setAsked(null)
          }}
        >
          {asked}
        </ConfirmDialog>
      )}
    </>
  )
}

const focused = () => document.activeElement?.textContent

it('moves the focus to the same button of the next row when its row is gone', async () => {
  const { user } = renderPage(<Page />, { at: '/' })
  await user.click(screen.getByRole('button', { name: 'Restore b' }))
  await waitFor(() => expect(focused()).toBe('Restore c'))
  await user.click(screen.getByRole('button', { name: 'Restore c' }))
  await waitFor(() => expect(focused()).toBe('Restore a'))
})

it('does so too after a dialog has confirmed it', async () => {
  const { user } = renderPage(<Page />, { at: '/' })
  await user.click(screen.getByRole('button', { name: 'Delete a' }))
  await user.click(await screen.findByRole('button', { name: 'Yes' }))
  await waitFor(() => expect(focused()).toBe('Delete b'))
})

it('moves it to the title when no row is left', async () => {
  const { user } = renderPage(<Page />, { at: '/' })
  for (const name of ['a', 'b', 'c']) {
    await user.click(screen.getByRole('button', { name: `Delete ${name}` }))
    await user.click(await screen.findByRole('button', { name: 'Yes' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  }
  await waitFor(() => expect(focused()).toBe('Page'))
})

it('selects by a click anywhere in the cell of the checkbox', async () => {
  const { user } = renderPage(<Page />, { at: '/' })
  const box = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Select a' })
  await user.click(box.closest('label') ?? box)
  expect(box.checked).toBe(true)
})
