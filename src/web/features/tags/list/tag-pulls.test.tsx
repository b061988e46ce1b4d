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
const rows = [tag('1.2'), tag('1.1', { digest: b })]
let server: ReturnType<typeof fakeFetch>

beforeEach(() => {
  server = fakeFetch({
    [`GET ${pathOf(getRepository, { repository: name })}`]: answer(repository()),
    [list]: answer(tagList(rows), { 'X-Resource-Count': '2' }),
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

describe('what is known of pulls', () => {
  const pulled = tag('1.1', {
    digest: b,
    lastPulledAt: '2026-11-19T10:00:00.000Z',
    lastPulledBy: 'ci',
  })
  const row = (of: string) => screen.getByRole('row', { name: new RegExp(`^Select ${of} `) })

  it('is said of each tag, and no more than that', async () => {
    const known = { ...tagList([rows[0]!, pulled]), pullsSince: '2026-05-12T08:30:00.000Z' }
    server.route(list, answer(known, { 'X-Resource-Count': '2' }))
    await open()
    expect(within(row('1.2')).getAllByText(/^none since 12 May/)).not.toHaveLength(0)
    const time = row('1.1').querySelectorAll('time[datetime="2026-11-19T10:00:00.000Z"]')
    expect(time).not.toHaveLength(0)
  })

  it('is not known where pulls are not recorded', async () => {
    await open()
    expect(within(row('1.2')).getAllByText('not known')).not.toHaveLength(0)
  })

  it('sorts and filters, in the address', async () => {
    const { user, address } = await open()
    await user.click(screen.getByRole('button', { name: 'Last pull' }))
    await waitFor(() => expect(address()).toBe(`/repositories/${name}?sort=lastPulledAt`))
    await user.click(screen.getByRole('button', { name: 'Filters' }))
    const filters = within(await screen.findByRole('region', { name: 'Filters' }))
    await chooseOption(user, filters.getByRole('combobox', { name: 'Pulled' }), 'no pull seen')
    await waitFor(() => expect(address()).toContain('pulled=never'))
    await waitFor(() => expect(server.calls.at(-1)?.url).toContain('neverPulled=true'))
    expect(screen.getByRole('button', { name: 'Filters (1)' })).toBeDefined()
    await chooseOption(user, filters.getByRole('combobox', { name: 'Pulled' }), 'not for 90 days')
    await waitFor(() => expect(address()).toContain('pulled=90'))
    await waitFor(() => {
      const { url } = server.calls.at(-1)!
      expect(url).not.toContain('neverPulled')
      const since = new URL(url, 'http://x').searchParams.get('notPulledSince')
      expect(Date.now() - Date.parse(since ?? '')).toBeGreaterThanOrEqual(90 * 86_400_000)
    })
  })

  it('says when nothing can be known of so long', async () => {
    const since = new Date(Date.now() - 10 * 86_400_000).toISOString()
    const none = { ...tagList([]), pullsSince: since }
    server.route(list, answer(none, { 'X-Resource-Count': '0' }))
    render('?pulled=90')
    await screen.findByText('No tag matches the filter')
    await screen.findByText(/so nothing is known to be unused for so long/)
  })
})

describe('a protected tag', () => {
  const why = 'Protected by the cleaning policy of team: Protect tags 1.1'
  const shown = [
    rows[0]!,
    tag('1.1', { digest: b, protectedBy: { scope: 'team', rule: 'Protect tags 1.1' } }),
  ]

  it('says why it cannot be deleted, and is not selected', async () => {
    server.route(list, answer(tagList(shown), { 'X-Resource-Count': '2' }))
    const { user } = await open()
    expect(screen.getByText('protected')).toBeDefined()
    const trashCan = screen.getByRole('button', { name: 'Delete 1.1' })
    expect(trashCan.getAttribute('aria-description')).toBe(why)
    await user.click(trashCan)
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(screen.getByRole('checkbox', { name: 'Select 1.1' })).toHaveProperty('disabled', true)
    await user.click(screen.getByRole('checkbox', { name: 'Select all shown' }))
    await screen.findByText('1 selected')
    // Nothing is left that could be selected.
    expect(screen.queryByRole('button', { name: /^Select all/ })).toBeNull()
    expect(screen.getByRole('checkbox', { name: 'Select all shown' })).toHaveProperty(
      'checked',
      true,
    )
  })
})
