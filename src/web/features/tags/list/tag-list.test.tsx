import { deleteImage, getDeletionImpact } from '#contract/endpoints/deletion.ts'
import { listTags } from '#contract/endpoints/tags.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import { getRepository } from '#contract/endpoints/repositories.ts'
import { restoreFromTrash } from '#contract/endpoints/trash.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, it } from 'vitest'
import { answer, fakeFetch, noAnswer, noContent, refusal } from '#web/testing/fake-fetch.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import {
  deleted,
  digestOf,
  impact,
  repository,
  tag,
  tagList,
  trashEntry,
} from '#web/testing/images.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { TagsPage } from '../tags-page.tsx'

const name = 'team/app'
const list = `GET ${pathOf(listTags, { repository: name })}`
const [a, b] = [digestOf('a'), digestOf('b')]
const rows = [
  tag('1.2', { aliases: ['latest'] }),
  tag('latest', { aliases: ['1.2'] }),
  tag('1.1', { digest: b }),
]
let server: ReturnType<typeof fakeFetch>

beforeEach(() => {
  server = fakeFetch({
    [`GET ${pathOf(getRepository, { repository: name })}`]: answer(repository()),
    [list]: answer(tagList(rows), { 'X-Resource-Count': '3' }),
    [`POST ${pathOf(getDeletionImpact, { repository: name })}`]: answer(
      impact([deleted('1.1', { digest: b })]),
    ),
  })
})

const open = async (query = '') => {
  const page = renderPage(<TagsPage Activity={() => null} Cleaning={() => null} />, {
    at: `/repositories/${name}${query}`,
    path: '/repositories/*',
  })
  await screen.findByRole('table')
  return page
}
const tagsShown = () => screen.getAllByRole('rowheader').map((cell) => cell.textContent)
const confirm = async (user: Awaited<ReturnType<typeof open>>['user'], label: string) => {
  const dialog = await screen.findByRole('dialog')
  const button = await within(dialog).findByRole('button', { name: label })
  await waitFor(() => expect(button).toHaveProperty('disabled', false))
  await user.click(button)
}

describe('the tags of a repository', () => {
  it('requests what the address says', async () => {
    await open('?filter=1.&sort=size&x=kept')
    const asked = server.calls.filter(({ url }) =>
      url.startsWith(pathOf(listTags, { repository: name })),
    )
    expect(asked.map(({ url }) => url)).toEqual([
      `${pathOf(listTags, { repository: name })}?filter=1.&sort=size&pageSize=50&count=true&verdicts=true`,
    ])
  })

  it('keeps filter, sort and open details in the address', async () => {
    const { user, address } = await open()
    await user.type(screen.getByRole('searchbox'), '1.2')
    await waitFor(() => expect(address()).toBe(`/repositories/${name}?filter=1.2`))
    await user.click(screen.getByRole('button', { name: 'Size' }))
    await waitFor(() => expect(address()).toBe(`/repositories/${name}?filter=1.2&sort=-size`))
    await user.click(screen.getByRole('button', { name: 'Size' }))
    await waitFor(() => expect(address()).toBe(`/repositories/${name}?filter=1.2&sort=size`))
    await user.click(screen.getByRole('link', { name: '1.1' }))
    await waitFor(() => expect(address()).toContain('&tag=1.1'))
  })

  it('says that nothing matches, and clears the filter', async () => {
    server.route(list, ({ url }) =>
      answer(tagList(url.includes('filter=') ? [] : rows), { 'X-Resource-Count': '3' }),
    )
    const { user } = await open()
    await user.type(screen.getByRole('searchbox'), 'zzz')
    await screen.findByText('No tag matches the filter')
    // One is in the search box, one below the message.
    await user.click(screen.getAllByRole('button', { name: 'Clear filter' }).at(-1)!)
    await screen.findByRole('link', { name: '1.1' })
    expect(screen.getByRole('searchbox')).toHaveProperty('value', '')
  })

  it('shows the server’s message when it fails, and tries again', async () => {
    server.route(list, refusal(500, 'STORAGE_FAILED', 'the disk is gone'))
    const { user } = renderPage(<TagsPage Activity={() => null} Cleaning={() => null} />, {
      at: `/repositories/${name}`,
      path: '/repositories/*',
    })
    await screen.findByText('The disk is gone.')
    server.route(list, answer(tagList(rows)))
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    await screen.findByRole('link', { name: '1.1' })
  })

  it('says why a person who may only read cannot delete', async () => {
    server.route(
      `GET ${pathOf(getRepository, { repository: name })}`,
      answer(repository({ accessLevel: 'read-only' })),
    )
    const { user } = await open()
    const button = await screen.findByRole('button', { name: 'Delete 1.1' })
    await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('true'))
    expect(button.getAttribute('aria-description')).toContain('only read')
    await user.click(button)
    expect(screen.queryByRole('dialog')).toBeNull()
  })
})

describe('deleting from the list', () => {
  it('removes the row before the answer, and offers to undo', async () => {
    let respond: (response: Response) => void = () => {}
    const path = pathOf(deleteImage, { repository: name, reference: '1.1' })
    server.route(`DELETE ${path}`, () => new Promise<Response>((resolve) => (respond = resolve)))
    server.route(`POST ${pathOf(restoreFromTrash, { id: 't1' })}`, noContent())
    const { user } = await open()
    await user.click(screen.getByRole('button', { name: 'Delete 1.1' }))
    await confirm(user, 'Delete image')
    await waitFor(() => expect(tagsShown()).toHaveLength(2))

    server.route(list, answer(tagList(rows.slice(0, 2))))
    respond(noContent({ 'Jetsam-Trash-Entry': 't1' }))
    await screen.findByText('Moved 1.1 to the trash')
    expect(server.calls.find(({ method }) => method === 'DELETE')?.headers.get('If-Match')).toBe(
      `"${b}"`,
    )

    server.route(list, answer(tagList(rows)))
    await user.click(screen.getByRole('button', { name: 'Undo' }))
    await screen.findByText('1.1 is back')
    await waitFor(() => expect(tagsShown()).toHaveLength(3))
    expect(server.writes()).toEqual([
      `DELETE ${path}`,
      `POST ${pathOf(restoreFromTrash, { id: 't1' })}`,
    ])
  })

  it('names all tags that went, and withdraws Undo once a collection has taken the image', async () => {
    server.route(
      `POST ${pathOf(getDeletionImpact, { repository: name })}`,
      answer(impact([deleted('1.1', { digest: b, tags: ['1.1', 'stable'] })])),
    )
    server.route(
      `DELETE ${pathOf(deleteImage, { repository: name, reference: '1.1' })}`,
      noContent({ 'Jetsam-Trash-Entry': 't1' }),
    )
    const inTrash = { entries: [trashEntry('t1')] }
    server.route('GET /api/v0/trash', answer(inTrash))
    const { user, client } = await open()
    await user.click(screen.getByRole('button', { name: 'Delete 1.1' }))
    await confirm(user, 'Delete image')
    await screen.findByText('Moved 1.1 and stable to the trash')
    await client.invalidateQueries({ queryKey: queryKeys.trash })
    expect(screen.getByRole('button', { name: 'Undo' })).toBeDefined()

    server.route('GET /api/v0/trash', answer({ entries: [] }))
    await client.invalidateQueries({ queryKey: queryKeys.trash })
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull())
  })

  it.each([
    [
      'refuses',
      refusal(403, 'NOT_AUTHORIZED', 'you may not delete here'),
      'You may not delete here.',
    ],
    ['is away', noAnswer(), 'cannot be reached'],
  ])('brings the row back when the server %s', async (_, given, words) => {
    server.route(`DELETE ${pathOf(deleteImage, { repository: name, reference: '1.1' })}`, given)
    const { user } = await open()
    await user.click(screen.getByRole('button', { name: 'Delete 1.1' }))
    await confirm(user, 'Delete image')
    await within(screen.getByRole('dialog')).findByText(words, { exact: false })
    expect(tagsShown()).toHaveLength(3)
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull()
  })

  it('says what the selection frees only from the answer for this selection', async () => {
    const route = `POST ${pathOf(getDeletionImpact, { repository: name })}`
    const { user } = await open()
    await user.click(screen.getByRole('checkbox', { name: 'Select 1.1' }))
    const bar = screen.getByRole('region', { name: 'Selection' })
    await waitFor(() => expect(bar.textContent).toMatch(/frees 250(\.00)? kB at/))

    let respond: (response: Response) => void = () => {}
    server.route(route, () => new Promise((resolve) => (respond = resolve)))
    await user.click(screen.getByRole('checkbox', { name: 'Select 1.2' }))
    expect(bar.textContent).toMatch(/^2 selectedAdding up what goes…/)
    await waitFor(() =>
      expect(server.calls.at(-1)?.body).toMatchObject({ references: ['1.1', '1.2'] }),
    )
    expect(bar.textContent).toMatch(/^2 selectedAdding up what goes…/)

    respond(answer(impact([deleted('1.1'), deleted('1.2')], { bytesFreed: 400_000 })))
    await waitFor(() => expect(bar.textContent).toMatch(/frees 400(\.00)? kB at/))
  })

  it('keeps selected what failed, and says why', async () => {
    const told = impact([
      deleted('1.2', { digest: a, tags: ['1.2', 'latest'] }),
      deleted('1.1', { digest: b }),
    ])
    server.route(`POST ${pathOf(getDeletionImpact, { repository: name })}`, answer(told))
    server.route(
      `DELETE ${pathOf(deleteImage, { repository: name, reference: '1.2' })}`,
      noContent({ 'Jetsam-Trash-Entry': 't2' }),
    )
    server.route(
      `DELETE ${pathOf(deleteImage, { repository: name, reference: '1.1' })}`,
      refusal(409, 'MANIFEST_IN_USE', 'an index needs it'),
    )
    const { user } = await open()
    await user.click(screen.getByRole('checkbox', { name: 'Select 1.2' }))
    await user.click(screen.getByRole('checkbox', { name: 'Select 1.1' }))
    await user.click(await screen.findByRole('button', { name: 'Delete 2 tags' }))
    server.route(list, answer(tagList([rows[2]!])))
    await confirm(user, 'Delete 2 images')
    const dialog = screen.getByRole('dialog')
    await within(dialog).findByText('An index needs it.', { exact: false })
    await user.click(within(dialog).getAllByRole('button', { name: 'Close' }).at(-1)!)
    await waitFor(() => expect(tagsShown()).toHaveLength(1))
    expect(screen.getByRole('checkbox', { name: 'Select 1.1' })).toHaveProperty('checked', true)
    expect(screen.getByRole('img', { name: 'Not deleted: An index needs it.' })).toBeDefined()
    expect(screen.getByRole('region', { name: 'Selection' }).textContent).toContain('1 selected')
  })
})
