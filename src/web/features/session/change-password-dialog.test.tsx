import { pathOf } from '#contract/endpoints/path-of.ts'
import { changeOwnPassword } from '#contract/endpoints/session.ts'
import { screen } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'
import { fakeFetch, noContent, refusal } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { ChangePasswordDialog } from './change-password-dialog.tsx'

const call = `PUT ${pathOf(changeOwnPassword, {})}`
let server: ReturnType<typeof fakeFetch>
let onClose: ReturnType<typeof vi.fn<() => void>>

beforeEach(() => {
  server = fakeFetch({ [call]: noContent() })
  onClose = vi.fn<() => void>()
})

const fill = async (current: string, password: string, again = password) => {
  const { user } = renderPage(<ChangePasswordDialog onClose={onClose} />, { at: '/' })
  await screen.findByRole('dialog', { name: 'Change your password' })
  const fields = {
    'Current password': current,
    'New password': password,
    'New password again': again,
  }
  for (const [label, text] of Object.entries(fields)) {
    await user.click(screen.getByLabelText(label))
    // Pasted at once: people paste passwords as often as they type them.
    await user.paste(text)
  }
  await user.click(screen.getByRole('button', { name: 'Change password' }))
}

it('changes the password, says so and closes', async () => {
  await fill('the old one', 'a better one')
  await screen.findByText('Password changed')
  expect(onClose).toHaveBeenCalledOnce()
  expect(server.calls.map(({ body }) => body)).toEqual([
    { current: 'the old one', password: 'a better one' },
  ])
})

it.each([
  ['', 'a better one', 'a better one', 'Type your current password.'],
  ['the old one', 'short', 'short', 'A password has at least 8 characters.'],
  ['the old one', 'a better one', 'a bitter one', 'The passwords differ.'],
])('sends nothing to the server with %j, %j and %j', async (current, password, again, words) => {
  await fill(current, password, again)
  await screen.findByText(words)
  expect(server.calls).toEqual([])
})

it('says at the field that the current password is wrong', async () => {
  server.route(
    call,
    refusal(403, 'WRONG_PASSWORD', 'this is not your present password', { field: 'current' }),
  )
  await fill('a guess', 'a better one')
  await screen.findByText('This is not your present password.')
  const describedBy = screen.getByLabelText('Current password').getAttribute('aria-describedby')
  expect(document.getElementById(describedBy ?? '')?.textContent).toBe(
    'This is not your present password.',
  )
  expect(onClose).not.toHaveBeenCalled()
})
