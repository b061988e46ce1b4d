import { screen, waitFor } from '@testing-library/react'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { chooseOption } from '#web/testing/choose-option.ts'
import { useEscape } from '../layout/use-escape.ts'
import { SelectField } from './select-field.tsx'

const sails = ['Jib', 'Mainsail', 'Mizzen', 'Spinnaker'].map((label) => ({
  value: label.toLowerCase(),
  label,
}))

function Deck() {
  const [sail, setSail] = useState('jib')
  const [isThere, setThere] = useState(true)
  useEscape(isThere, () => setThere(false))
  return (
    <>
      {isThere && <p>On deck</p>}
      <SelectField label="Sail" data={sails} value={sail} onChange={setSail} />
    </>
  )
}

const field = () => screen.getByRole('combobox', { name: 'Sail' })
const isOpen = () => field().getAttribute('aria-expanded') === 'true'
const open = () => renderPage(<Deck />, { at: '/' }).user

it('shows what is chosen, and chooses with the pointer', async () => {
  const user = open()
  expect(field().textContent).toBe('Jib')
  await chooseOption(user, field(), 'Mizzen')
  await waitFor(() => expect(field().textContent).toBe('Mizzen'))
  expect(isOpen()).toBe(false)
  expect(document.activeElement).toBe(field())
  await user.click(field())
  const chosen = await screen.findByRole('option', { selected: true })
  expect(chosen.textContent).toBe('Mizzen')
  expect(screen.getByRole('listbox', { name: 'Sail' })).toBeDefined()
})

it('opens, chooses and closes with the keyboard', async () => {
  const user = open()
  await user.tab()
  await user.keyboard('{ArrowDown}')
  await screen.findByRole('option', { name: 'Mainsail' })
  await user.keyboard('{ArrowDown}{Enter}')
  await waitFor(() => expect(field().textContent).toBe('Mainsail'))
  expect(isOpen()).toBe(false)
})

it('chooses by a letter, the next option with each press', async () => {
  const user = open()
  await user.click(field())
  await screen.findByRole('option', { name: 'Mainsail' })
  await user.keyboard('m')
  await waitFor(() => expect(field().textContent).toBe('Mainsail'))
  await user.keyboard('m')
  await waitFor(() => expect(field().textContent).toBe('Mizzen'))
})

it('closes only its list by Escape, not what it stands in', async () => {
  const user = open()
  await user.click(field())
  await screen.findByRole('option', { name: 'Mainsail' })
  await user.keyboard('{Escape}')
  await waitFor(() => expect(isOpen()).toBe(false))
  expect(screen.getByText('On deck')).toBeDefined()
  expect(field().textContent).toBe('Jib')
})
