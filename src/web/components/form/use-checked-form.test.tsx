import { TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { screen } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { ApiError } from '#web/api/api-error.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { fieldOf } from './field-error.ts'
import { FormDialog } from './form-dialog.tsx'
import { useCheckedForm } from './use-checked-form.ts'

const noVoyage = { from: '', to: '' }
type Voyage = typeof noVoyage

const mistakesIn = ({ from, to }: Voyage) => ({
  from: from === '' ? 'Name a port.' : null,
  to: from === to ? 'That is where it starts.' : null,
})

function VoyageForm({ book }: { readonly book: (voyage: Voyage) => Promise<void> }) {
  const booking = useMutation({ mutationFn: book })
  const form = useCheckedForm({ initialValues: noVoyage, mistakesIn, saving: booking })
  return (
    <FormDialog
      title="New voyage"
      submitLabel="Book"
      onSubmit={form.submitTo((voyage) => booking.mutate(voyage))}
      onClose={() => undefined}
      isPending={booking.isPending}
      error={fieldOf(booking.error) === null ? booking.error : null}
    >
      <TextInput label="From" {...form.getInputProps('from')} />
      <TextInput label="To" {...form.getInputProps('to')} />
    </FormDialog>
  )
}

const open = async (book: (voyage: Voyage) => Promise<void>) => {
  const { user } = renderPage(<VoyageForm book={book} />, { at: '/' })
  await screen.findByRole('dialog', { name: 'New voyage' })
  return user
}
const from = () => screen.getByLabelText('From')
const submit = () => screen.getByRole('button', { name: 'Book' })

it('shows mistakes from the first attempt to save on, and then follows each change', async () => {
  const book = vi.fn<(voyage: Voyage) => Promise<void>>().mockResolvedValue()
  const user = await open(book)
  await user.type(from(), 'x')
  await user.clear(from())
  expect(screen.queryByText('Name a port.')).toBeNull()

  await user.click(submit())
  expect(screen.getByText('Name a port.')).toBeDefined()
  expect(screen.getByText('That is where it starts.')).toBeDefined()
  // Mends the mistake of the other field too.
  await user.type(from(), 'Kiel')
  expect(screen.queryByText('Name a port.')).toBeNull()
  expect(screen.queryByText('That is where it starts.')).toBeNull()
  await user.clear(from())
  expect(screen.getByText('Name a port.')).toBeDefined()
  expect(book).not.toHaveBeenCalled()

  await user.type(from(), 'Kiel{Enter}')
  expect(book.mock.calls.map(([voyage]) => voyage)).toEqual([{ from: 'Kiel', to: '' }])
})

it('shows a refusal at the field that it names, until the next change', async () => {
  const refused = new ApiError({
    status: 400,
    code: 'INVALID_PARAMETERS',
    message: 'from: there is no such port',
    detail: { field: 'from' },
  })
  const user = await open(() => Promise.reject(refused))
  await user.type(from(), 'Atlantis{Enter}')
  expect(await screen.findByText('There is no such port.')).toBeDefined()
  expect(screen.queryByRole('alert')).toBeNull()
  await user.type(screen.getByLabelText('To'), 'Kiel')
  expect(screen.queryByText('There is no such port.')).toBeNull()
})

it('shows any other refusal below the fields', async () => {
  const user = await open(() => Promise.reject(new Error('the harbour is closed')))
  await user.type(from(), 'Kiel{Enter}')
  expect((await screen.findByRole('alert')).textContent).toBe('The harbour is closed.')
})

it('saves once, however often it is submitted, and cannot be closed meanwhile', async () => {
  const book = vi.fn<(voyage: Voyage) => Promise<void>>(() => new Promise(() => undefined))
  const user = await open(book)
  await user.type(from(), 'Kiel{Enter}{Enter}')
  await user.keyboard('{Escape}')
  expect(book).toHaveBeenCalledTimes(1)
  expect(screen.getByRole('button', { name: 'Cancel' })).toHaveProperty('disabled', true)
})
