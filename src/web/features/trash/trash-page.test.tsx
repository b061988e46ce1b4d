import { pathOf } from '#contract/endpoints/path-of.ts'
import { listTrash, removeFromTrash, restoreFromTrash } from '#contract/endpoints/trash.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { answer, fakeFetch, noContent, refusal } from '#web/testing/fake-fetch.ts'
import { trashEntry } from '#web/testing/images.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { TrashPage } from './trash-page.tsx'

const list = `GET ${pathOf(listTrash, {})}`
const entries = [
  trashEntry('t1'),
  trashEntry('t2', { tags: ['1.1', 'old'], collectedAfter: '2026-12-01T10:00:00.000Z' }),
  trashEntry('t3', { tags: ['0.9'], restorable: false }),
]
let server: ReturnType<typeof fakeFetch>

beforeEach(() => {
  server = fakeFetch({ [list]: answer({ entries }, { 'X-Resource-Count': '3' }) })
})

const open = async () => {
  const page = renderPage(<TrashPage />, { at: '/trash' })
  await screen.findByRole('table', { name: 'Trash' })
  return page
}

it('restores an entry, and removes its row before the answer', async () => {
  let respond: (response: Response) => void = () => {}
  server.route(
    `POST ${pathOf(restoreFromTrash, { id: 't1' })}`,
    () => new Promise<Response>((resolve) => (respond = resolve)),
  )
  const { user } = await open()
  await user.click(screen.getByRole('button', { name: 'Restore team/app:1.2' }))
  await waitFor(() =>
    expect(screen.queryByRole('button', { name: 'Restore team/app:1.2' })).toBeNull(),
  )
  server.route(list, answer({ entries: entries.slice(1) }))
  respond(noContent())
  await screen.findByText('Restored team/app:1.2')
})

it('brings the row back, and says why, when the entry cannot be restored', async () => {
  server.route(
    `POST ${pathOf(restoreFromTrash, { id: 't1' })}`,
    refusal(409, 'COLLECTION_RUNNING', 'a collection has begun to take it'),
  )
  const { user } = await open()
  await user.click(screen.getByRole('button', { name: 'Restore team/app:1.2' }))
  await screen.findByText('a collection has begun to take it', { exact: false })
  await screen.findByRole('button', { name: 'Restore team/app:1.2' })
})

it('asks what to do about a tag that shows another image now', async () => {
  server.route(`POST ${pathOf(restoreFromTrash, { id: 't1' })}`, ({ body }) =>
    JSON.stringify(body) === '{}'
      ? refusal(409, 'TAG_EXISTS', 'now show another image: 1.2', {
          conflicts: [{ name: '1.2', digest: null }],
        })
      : noContent(),
  )
  const { user } = await open()
  await user.click(screen.getByRole('button', { name: 'Restore team/app:1.2' }))
  const dialog = await screen.findByRole('dialog', { name: 'Restore team/app:1.2' })
  const newName = within(dialog).getByLabelText('New name for 1.2')
  await user.clear(newName)
  expect(within(dialog).getByRole('button', { name: 'Restore' })).toHaveProperty('disabled', true)
  await user.type(newName, '1.2-before')
  await user.click(within(dialog).getByRole('button', { name: 'Restore' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(server.calls.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
    {},
    { tags: { '1.2': '1.2-before' }, onConflict: 'refuse' },
  ])
})

it('restores all selected entries, but not those deleted forever', async () => {
  server.route(`POST ${pathOf(restoreFromTrash, { id: 't1' })}`, noContent())
  server.route(`POST ${pathOf(restoreFromTrash, { id: 't2' })}`, noContent())
  const { user } = await open()
  await user.click(screen.getByRole('checkbox', { name: 'Select all shown' }))
  server.route(list, answer({ entries: [entries[2]] }))
  await user.click(screen.getByRole('button', { name: 'Restore 2 images' }))
  await screen.findByText('Restored 2 images')
  expect(server.writes()).toEqual([
    `POST ${pathOf(restoreFromTrash, { id: 't1' })}`,
    `POST ${pathOf(restoreFromTrash, { id: 't2' })}`,
  ])
})

it('deletes forever only after a confirmation', async () => {
  server.route(`DELETE ${pathOf(removeFromTrash, { id: 't2' })}`, noContent())
  const { user } = await open()
  await user.click(screen.getByRole('button', { name: 'Delete team/app:1.1 forever' }))
  const dialog = await screen.findByRole('dialog', { name: 'Delete team/app:1.1 forever?' })
  expect(server.writes()).toEqual([])
  await user.click(within(dialog).getByRole('button', { name: 'Delete forever' }))
  await screen.findByText('The next collection takes team/app:1.1')
  expect(server.writes()).toEqual([`DELETE ${pathOf(removeFromTrash, { id: 't2' })}`])
})

it('does not delete forever what the next collection takes anyway', async () => {
  const { user } = await open()
  const button = screen.getByRole('button', { name: 'Delete team/app:1.2 forever' })
  await user.click(button)
  expect(button.getAttribute('aria-description')).toBe('The next collection takes it anyway')
  expect(screen.queryByRole('dialog')).toBeNull()
})

it('asks which tags to restore if they were deleted one by one', async () => {
  const image = trashEntry('t4', { tags: ['1', '2', '3'], earlierTags: ['1', '2'] })
  const alone = trashEntry('t5', { kind: 'tags', tags: ['4'], held: 0, restorable: false })
  const uncounted = trashEntry('t6', { tags: ['5'], held: null })
  server.route(list, answer({ entries: [image, alone, uncounted] }, { 'X-Resource-Count': '3' }))
  server.route(`POST ${pathOf(restoreFromTrash, { id: 't4' })}`, noContent())
  const { user } = await open()
  screen.getByText('2 tags deleted before it')
  screen.getByText('tag only · the image is not there any more')
  screen.getByText('3 deletions')
  await user.click(screen.getByRole('button', { name: 'Restore team/app:1' }))
  const dialog = await screen.findByRole('dialog', { name: 'Restore team/app:1' })
  await user.click(within(dialog).getByRole('checkbox', { name: '2' }))
  await user.click(within(dialog).getByRole('button', { name: 'Restore' }))
  await waitFor(() =>
    expect(server.writes()).toEqual([`POST ${pathOf(restoreFromTrash, { id: 't4' })}`]),
  )
  expect(server.calls.find(({ method }) => method === 'POST')?.body).toEqual({ tags: { 2: null } })
})

it('names the rule that took an image, and links to its run', async () => {
  const byRule = { scope: 'team', rule: 'Remove tags pr-*' }
  const taken = trashEntry('t4', { tags: ['pr-1'], byRule: { ...byRule, jobID: 'j1' } })
  // Earlier versions did not record the run.
  const earlier = trashEntry('t5', { tags: ['pr-2'], byRule })
  server.route(list, answer({ entries: [taken, earlier] }, { 'X-Resource-Count': '2' }))
  await open()
  const [, first, second] = await screen.findAllByRole('row')
  const links = within(first as HTMLElement).getAllByRole('link', { name: 'rule' })
  for (const link of links) expect(link.getAttribute('href')).toBe('/settings/cleaning/runs/j1')
  expect(second?.textContent).toContain('by rule')
  expect(within(second as HTMLElement).queryByRole('link', { name: 'rule' })).toBeNull()
})
