import { screen, waitFor, within } from '@testing-library/react'
import { useState } from 'react'
import { Link } from 'react-router'
import { expect, it } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { SideDrawer } from '../layout/side-drawer.tsx'
import { SuggestInput } from './suggest-input.tsx'
import { UnsavedChanges } from './unsaved-changes.tsx'

function Editor() {
  const [text, setText] = useState('')
  return (
    <form>
      <UnsavedChanges isChanged={text !== ''} />
      <SuggestInput
        aria-label="Repository"
        value={text}
        onChange={setText}
        suggestions={['team/app', 'team/web']}
      />
      <Link to="/elsewhere">Elsewhere</Link>
      <Link to="/?tab=two">Another tab</Link>
    </form>
  )
}

function Page() {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      <SideDrawer
        subject={isOpen ? 'Access' : null}
        title={(shown) => shown}
        closeLabel="Close"
        size="sm"
        onClose={() => setOpen(false)}
      >
        {() => <Editor />}
      </SideDrawer>
    </>
  )
}

async function open() {
  const page = renderPage(<Page />, { at: '/' })
  await page.user.click(screen.getByRole('button', { name: 'Open' }))
  return { ...page, field: await screen.findByLabelText('Repository') }
}
const drawer = () => screen.queryByRole('dialog', { name: 'Access' })
const question = () => screen.findByRole('dialog', { name: 'Discard your changes?' })
const noQuestion = () =>
  waitFor(() => expect(screen.queryByRole('dialog', { name: 'Discard your changes?' })).toBeNull())

it('Escape closes the innermost thing only: suggestions, then the question, then the drawer', async () => {
  const { user, field } = await open()
  await user.type(field, 'team')
  await screen.findByRole('option', { name: 'team/app' })
  await user.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('option')).toBeNull())
  expect(drawer()).not.toBeNull()
  expect(field).toHaveProperty('value', 'team')

  await user.keyboard('{Escape}')
  await question()
  await user.keyboard('{Escape}')
  await noQuestion()
  expect(field).toHaveProperty('value', 'team')

  await user.keyboard('{Escape}')
  await user.click(within(await question()).getByRole('button', { name: 'Discard changes' }))
  await waitFor(() => expect(drawer()).toBeNull())
})

it('asks nothing where nothing was changed', async () => {
  const { user } = await open()
  await user.keyboard('{Escape}')
  await waitFor(() => expect(drawer()).toBeNull())
})

it('asks before another page opens, and opens it once the person agrees', async () => {
  const { user, field, address } = await open()
  await user.type(field, 'x')
  await user.click(screen.getByRole('link', { name: 'Elsewhere' }))
  await user.click(within(await question()).getByRole('button', { name: 'Keep editing' }))
  await noQuestion()
  expect(address()).toBe('/')
  await user.click(screen.getByRole('link', { name: 'Elsewhere' }))
  await user.click(within(await question()).getByRole('button', { name: 'Discard changes' }))
  await waitFor(() => expect(address()).toBe('/elsewhere'))
})

it('lets the address of the same page change', async () => {
  const { user, field, address } = await open()
  await user.type(field, 'x')
  await user.click(screen.getByRole('link', { name: 'Another tab' }))
  expect(address()).toBe('/?tab=two')
  await noQuestion()
})

it('asks before the tab is closed, only while there are changes', async () => {
  const { user, field } = await open()
  const isAsked = () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  expect(isAsked()).toBe(false)
  await user.type(field, 'x')
  expect(isAsked()).toBe(true)
  await user.clear(field)
  expect(isAsked()).toBe(false)
})
