import { listTags } from '#contract/endpoints/tags.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import { getDeletionImpact } from '#contract/endpoints/deletion.ts'
import { getRepository } from '#contract/endpoints/repositories.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, it } from 'vitest'
import { answer, fakeFetch } from '#web/testing/fake-fetch.ts'
import { deleted, digestOf, impact, repository, tag, tagList } from '#web/testing/images.ts'
import { chooseOption } from '#web/testing/choose-option.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { TagsPage } from '../tags-page.tsx'

const name = 'team/app'
const list = `GET ${pathOf(listTags, { repository: name })}`
const b = digestOf('b')
const reason = 'Remove tags 1.1 (line 2)'
const rule = { verb: 'remove' as const, line: 2, words: 'Remove tags 1.1' }
const going = { verdict: 'removed' as const, rule, reason }
const rows = [
  tag('1.2', {
    retention: { verdict: 'unmatched', rule: null, reason: 'No rule is about this tag' },
  }),
  tag('1.1', { digest: b, retention: going }),
]
const judged = {
  scope: 'team',
  judgedAt: '2026-11-20T10:00:00.000Z',
  problem: null,
  nextRunAt: null,
}
const listed = (changes = {}) =>
  answer({ ...tagList(rows), retention: { ...judged, ...changes } }, { 'X-Resource-Count': '2' })
let server: ReturnType<typeof fakeFetch>

beforeEach(() => {
  server = fakeFetch({
    [`GET ${pathOf(getRepository, { repository: name })}`]: answer(repository()),
    [list]: listed(),
    [`POST ${pathOf(getDeletionImpact, { repository: name })}`]: answer(impact([deleted('1.2')])),
  })
})

const render = (query: string) =>
  renderPage(<TagsPage Activity={() => null} Cleaning={() => null} />, {
    at: `/repositories/${name}${query}`,
    path: '/repositories/*',
  })
const open = async (query = '') => {
  const page = render(query)
  await screen.findByRole('table')
  return page
}

describe('what cleaning would do', () => {
  it('is marked where a rule decides, with its reason on hover', async () => {
    const { user } = await open()
    const mark = await screen.findByText('would go')
    expect(within(screen.getAllByRole('row')[1]!).queryByText(/would go|kept/)).toBeNull()
    await user.hover(mark)
    await screen.findByText(reason)
    await screen.findByText('Cleaning is not scheduled')
  })

  it('is filtered by, in the address', async () => {
    const { user, address } = await open()
    await user.click(screen.getByRole('button', { name: 'Filters' }))
    const filters = within(await screen.findByRole('region', { name: 'Filters' }))
    await chooseOption(user, filters.getByRole('combobox', { name: 'Cleaning' }), 'would go')
    await waitFor(() => expect(address()).toContain('verdict=removed'))
    await waitFor(() => expect(server.calls.at(-1)?.url).toContain('verdict=removed'))
    expect(screen.getByRole('button', { name: 'Filters (1)' })).toBeDefined()
  })

  it('offers no such filter without a policy', async () => {
    server.route(list, answer(tagList([tag('1.2')]), { 'X-Resource-Count': '1' }))
    const { user } = await open()
    await user.click(screen.getByRole('button', { name: 'Filters' }))
    const filters = within(await screen.findByRole('region', { name: 'Filters' }))
    expect(filters.queryByRole('combobox', { name: 'Cleaning' })).toBeNull()
  })

  it('says that a policy that cannot be read keeps everything', async () => {
    server.route(list, listed({ problem: 'its policy cannot be read: it has another version' }))
    const { user } = await open()
    await user.click(screen.getByRole('button', { name: 'Filters' }))
    await screen.findByText(/Cleaning keeps everything here: its policy cannot be read/)
  })

  it('is asked for again until it is known', async () => {
    server.route(
      list,
      answer({ ...tagList([tag('1.1')]), retention: { ...judged, judgedAt: null } }),
    )
    await open()
    expect(screen.queryByText('would go')).toBeNull()
    server.route(list, listed())
    await screen.findByText('would go', undefined, { timeout: 10_000 })
  })
})
