import { screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { answer, fakeFetch, refusal } from '#web/testing/fake-fetch.ts'
import { digestOf } from '#web/testing/images.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { SearchDialog } from './search-dialog.tsx'

const found = {
  repositories: [{ id: 'team/app', tagCount: 2 }],
  repositoryCount: 1,
  tags: [
    { repository: 'team/app', name: 'app-1', digest: digestOf('a') },
    { repository: 'team/app', name: 'app-2', digest: digestOf('b') },
  ],
  tagCount: 2,
}

const open = () => {
  const onJump = vi.fn<() => void>()
  return {
    onJump,
    ...renderPage(<SearchDialog isOpen onClose={() => {}} onJump={onJump} />, { at: '/trash' }),
  }
}

test('the arrow keys choose a result, and Enter opens it', async () => {
  fakeFetch({ 'GET /api/v0/search': answer(found) })
  const { user, address, onJump } = open()
  await user.type(screen.getByRole('combobox'), 'app')
  const second = await screen.findByRole('option', { name: /app-2/ })
  await user.keyboard('{ArrowDown}{ArrowDown}')
  await waitFor(() => expect(second.hasAttribute('data-combobox-selected')).toBe(true))
  await user.keyboard('{Enter}')
  await waitFor(() => expect(address()).toBe('/repositories/team/app?tag=app-2'))
  expect(onJump).toHaveBeenCalledOnce()
})

test('Enter opens the best result when none was chosen', async () => {
  fakeFetch({ 'GET /api/v0/search': answer(found) })
  const { user, address } = open()
  await user.type(screen.getByRole('combobox'), 'app')
  await screen.findByRole('option', { name: /team\/app 2 tags/ })
  await user.keyboard('{Enter}')
  await waitFor(() => expect(address()).toBe('/repositories/team/app'))
})

test('says that nothing has such a name', async () => {
  fakeFetch({
    'GET /api/v0/search': answer({ repositories: [], repositoryCount: 0, tags: [], tagCount: 0 }),
  })
  const { user } = open()
  await user.type(screen.getByRole('combobox'), 'nowhere')
  expect(await screen.findByText('Nothing matches “nowhere”.')).toBeDefined()
})

test('a failed search says why, and tries again', async () => {
  const { route } = fakeFetch({
    'GET /api/v0/search': refusal(500, 'INTERNAL', 'the disk is on fire'),
  })
  const { user } = open()
  await user.type(screen.getByRole('combobox'), 'app')
  expect(await screen.findByText('Couldn’t search')).toBeDefined()
  route('GET /api/v0/search', answer(found))
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('option', { name: /app-1/ })).toBeDefined()
})
