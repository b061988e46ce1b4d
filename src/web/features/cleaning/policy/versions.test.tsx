import type { WirePolicyVersion } from '#contract/rules/retention.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, fakeFetch, refusal, type Answer } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { CleaningPage } from '../cleaning-page.tsx'
import { cleaningRoutes, samplePolicy, sampleText } from '../testing/samples.ts'

const list = 'GET /api/v0/retention/versions/registry'
const put = 'PUT /api/v0/retention/policies/registry'
const savedAt = '2026-11-20T01:00:00.000Z'
const first = sampleText.replace('14d', '30d')
const versions: readonly WirePolicyVersion[] = [
  { version: 3, savedAt, savedBy: 'admin', text: sampleText },
  { version: 2, savedAt, savedBy: 'eve', text: null },
  { version: 1, savedAt, savedBy: null, text: first },
]

function show(
  of: Readonly<Record<string, Answer>> = {},
  session = { name: 'admin', isAdmin: true },
  policies = [samplePolicy()],
) {
  const server = fakeFetch(cleaningRoutes(policies, { [list]: answer({ versions }), ...of }))
  return { server, ...renderPage(<CleaningPage />, { at: '/settings/cleaning', session }) }
}

async function open(page: ReturnType<typeof show>) {
  await page.user.click(await screen.findByRole('button', { name: 'Versions' }))
  return await screen.findByRole('dialog', { name: 'Versions of the policy of the registry' })
}

describe('the versions of a policy', () => {
  it('say who saved what, and what each changed', async () => {
    const page = show()
    const drawer = await open(page)
    expect(page.address()).toBe('/settings/cleaning?open=versions')
    const newest = await within(drawer).findByRole('region', { name: 'Version 3' })
    expect(newest.textContent).toContain('in force')
    expect(newest.textContent).toMatch(/Saved .* by admin, beside version 1:/)
    const changes = within(newest).getByRole('group', { name: 'Changes of version 3' })
    expect(changes.querySelector('del')?.textContent).toContain('olderThan: 30d')
    expect(changes.querySelector('ins')?.textContent).toContain('olderThan: 14d')
    expect(changes.textContent).toContain('  rules:')
    const removal = within(drawer).getByRole('region', { name: 'Version 2' })
    expect(removal.textContent).toMatch(/Policy removed .* by eve$/)
    expect(within(drawer).getByRole('region', { name: 'Version 1' }).textContent).toContain(
      ', the first',
    )
    // What is in force needs no going back, and a removal is none.
    expect(within(drawer).getAllByRole('button', { name: /^Use version/ })).toHaveLength(1)
  })

  it('go into the editor as a draft, and are saved only by hand', async () => {
    const page = show({ [put]: answer(samplePolicy({ version: 4, text: first })) })
    const drawer = await open(page)
    await page.user.click(await within(drawer).findByRole('button', { name: 'Use version 1' }))
    const box = await screen.findByRole<HTMLTextAreaElement>('textbox', {
      name: 'The same as YAML',
    })
    expect(box.value).toBe(first)
    await screen.findByText('Version 1 is in the editor. It is in force once you save it.')
    expect(page.server.writes()).toEqual([])
    await page.user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(page.server.writes()).toEqual([put]))
    const saved = page.server.calls.find(({ method }) => method === 'PUT')
    expect(saved?.body).toBe(first)
    // Under the version that is in force: a save that came in between is not lost.
    expect(saved?.headers.get('If-Match')).toBe('"3"')
  })

  it('are still there when another save came first', async () => {
    const current = samplePolicy({ version: 4, text: 'rules: [] # theirs' })
    const detail = { current, yours: first }
    const page = show({ [put]: () => refusal(409, 'POLICY_CHANGED', 'changed', detail) })
    const drawer = await open(page)
    await page.user.click(await within(drawer).findByRole('button', { name: 'Use version 1' }))
    await page.user.click(await screen.findByRole('button', { name: 'Save' }))
    await screen.findByText('rules: [] # theirs')
    expect(
      screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'The same as YAML' }).value,
    ).toBe(first)
  })

  it('of a policy that was removed can be used again', async () => {
    const page = show({ [list]: answer({ versions: versions.slice(1) }) }, undefined, [])
    const drawer = await open(page)
    await page.user.click(await within(drawer).findByRole('button', { name: 'Use version 1' }))
    expect(
      (await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'The same as YAML' })).value,
    ).toBe(first)
  })

  it('do not keep the editor open that has saved another', async () => {
    const page = show({ [put]: answer(samplePolicy({ version: 4 })) }, undefined, [])
    await page.user.click(await screen.findByRole('button', { name: 'Start from scratch' }))
    await screen.findByRole('textbox', { name: 'The same as YAML' })
    page.server.route(list, () => new Promise<Response>(() => {}))
    page.server.route(
      'GET /api/v0/retention/policies',
      answer({ policies: [samplePolicy({ version: 4 })], grants: [] }),
    )
    await page.user.click(screen.getByRole('button', { name: 'Save' }))
    await screen.findByRole('button', { name: 'Edit policy' })
  })

  it('are read by those who may not change it', async () => {
    const drawer = await open(show({}, { name: 'dev', isAdmin: false }))
    await within(drawer).findByRole('region', { name: 'Version 1' })
    expect(within(drawer).queryByRole('button', { name: /^Use version/ })).toBeNull()
  })

  it('say why they could not be loaded', async () => {
    const drawer = await open(show({ [list]: () => refusal(500, 'INTERNAL', 'the disk is gone') }))
    await within(drawer).findByText('Couldn’t load the versions')
    expect(drawer.textContent).toContain('The disk is gone.')
  })

  it('are not offered where there never was one', async () => {
    show({ [list]: answer({ versions: [] }) }, undefined, [])
    await screen.findByText('No policy yet')
    expect(screen.queryByRole('button', { name: 'Versions' })).toBeNull()
  })
})
