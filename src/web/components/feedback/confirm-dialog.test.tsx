import { useMutation } from '@tanstack/react-query'
import { screen, waitFor } from '@testing-library/react'
import { useState } from 'react'
import { expect, it, vi } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { ConfirmDialog, confirming } from './confirm-dialog.tsx'

interface HatchProps {
  readonly open: (hatch: string) => Promise<string>
  readonly onDone?: (answer: string) => void
  readonly startsAtCancel?: boolean
}

function Hatch({ open, onDone = () => undefined, startsAtCancel = false }: HatchProps) {
  const mutation = useMutation({ mutationFn: open })
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <h1 tabIndex={-1}>Deck</h1>
      <button type="button" onClick={() => setAsking(true)}>
        Open…
      </button>
      {isAsking && (
        <ConfirmDialog
          {...confirming(mutation, 'aft', { onClose: () => setAsking(false), onDone })}
          title="Open the hatch?"
          confirmLabel="Open it"
          startsAtCancel={startsAtCancel}
        >
          What is under it gets wet.
        </ConfirmDialog>
      )}
    </>
  )
}

const ask = async (props: HatchProps) => {
  const { user } = renderPage(<Hatch {...props} />, { at: '/' })
  await user.click(screen.getByRole('button', { name: 'Open…' }))
  await screen.findByRole('dialog', { name: 'Open the hatch?' })
  return user
}
const confirm = () => screen.getByRole('button', { name: 'Open it' })
const isClosed = () => waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())

it('runs the mutation once, closes when it has succeeded, and returns the focus', async () => {
  const open = vi.fn<HatchProps['open']>().mockResolvedValue('open')
  const onDone = vi.fn()
  const user = await ask({ open, onDone })
  await user.click(confirm())
  await isClosed()
  expect(open.mock.calls.map(([hatch]) => hatch)).toEqual(['aft'])
  expect(onDone).toHaveBeenCalledExactlyOnceWith('open')
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Open…' })),
  )
})

it('stays open while the mutation runs, whatever is pressed', async () => {
  let end: (answer: string) => void = () => undefined
  const open = () =>
    new Promise<string>((resolve) => {
      end = resolve
    })
  const user = await ask({ open })
  await user.click(confirm())
  await user.keyboard('{Escape}')
  expect(screen.getByRole('button', { name: 'Cancel' })).toHaveProperty('disabled', true)
  expect(screen.getByRole('button', { name: 'Close' })).toHaveProperty('disabled', true)
  expect(screen.getByRole('dialog')).toBeDefined()
  end('open')
  await isClosed()
})

it('reports what it did even when its row goes with it', async () => {
  let end: (answer: string) => void = () => undefined
  const opened = new Promise<string>((resolve) => {
    end = resolve
  })
  const onDone = vi.fn()
  function Row() {
    const [isThere, setThere] = useState(true)
    const open = async (): Promise<string> => {
      const answer = await opened
      setThere(false)
      // The list draws without the row before the mutation has ended.
      await waitFor(() => expect(screen.queryByRole('button', { name: 'Open…' })).toBeNull())
      return answer
    }
    return isThere ? <Hatch open={open} onDone={onDone} /> : null
  }
  const { user } = renderPage(<Row />, { at: '/' })
  await user.click(screen.getByRole('button', { name: 'Open…' }))
  await screen.findByRole('dialog')
  await user.click(confirm())
  end('open')
  await waitFor(() => expect(onDone).toHaveBeenCalledExactlyOnceWith('open'))
})

it('says why it failed, at its button too, and forgets that when it is closed', async () => {
  const open = vi.fn<HatchProps['open']>().mockRejectedValue(new Error('it is stuck'))
  const onDone = vi.fn()
  const user = await ask({ open, onDone })
  await user.click(confirm())
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toBe('It is stuck.')
  expect(confirm().getAttribute('aria-describedby')).toBe(alert.id)
  expect(onDone).not.toHaveBeenCalled()

  await user.keyboard('{Escape}')
  await isClosed()
  await user.click(screen.getByRole('button', { name: 'Open…' }))
  await screen.findByRole('dialog')
  expect(screen.queryByRole('alert')).toBeNull()
})

it('starts at Cancel if asked to, so that Enter alone confirms nothing', async () => {
  const open = vi.fn<HatchProps['open']>().mockResolvedValue('open')
  const user = await ask({ open, startsAtCancel: true })
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Cancel' })),
  )
  await user.keyboard('{Enter}')
  await isClosed()
  expect(open).not.toHaveBeenCalled()
})
