import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { chooseOption } from '#web/testing/choose-option.ts'
import { answer, fakeFetch, refusal, type Answer } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { CleaningPage } from '../cleaning-page.tsx'
import {
  cleaningRoutes,
  samplePolicy,
  samplePreview,
  sampleRun,
  sampleText,
  sampleVerdict,
} from '../testing/samples.ts'

const preview = 'GET /api/v0/retention/previews/p1'
const make = 'POST /api/v0/retention/preview'
const start = 'POST /api/v0/admin/jobs'

function show(of: Readonly<Record<string, Answer>> = {}, at = '/settings/cleaning?preview=p1') {
  const server = fakeFetch(cleaningRoutes([samplePolicy()], of))
  return { server, ...renderPage(<CleaningPage />, { at }) }
}

const panel = () => screen.findByRole('region', { name: 'Preview' })
const askedFor = (server: ReturnType<typeof fakeFetch>, path: string) =>
  server.calls.filter(({ method, url }) => `${method} ${url.split('?')[0]}` === path)

describe('a preview', () => {
  it('is made for the scope, and stays in the address', async () => {
    const { server, user, address } = show({}, '/settings/cleaning')
    await user.click(await screen.findByRole('button', { name: 'Preview' }))
    const region = await panel()
    expect(address()).toBe('/settings/cleaning?preview=p1')
    expect(askedFor(server, make)[0]?.body).toEqual({ scope: 'registry' })
    expect(region.textContent).toContain('2 tags and untagged images would go')
    expect(region.textContent).toContain('could free 2.4 MB')
    expect(region.textContent).toContain('1 protected, 4 that no rule is about stay.')
    const rules = within(region).getByRole('table', { name: 'By rule' })
    expect(rules.textContent).toContain('(the registry, line 3)')
    within(within(region).getByRole('table', { name: 'By repository' })).getByText('team/app')
  })

  it('has the verdict of each tag with its reason, by verdict and page by page', async () => {
    const { server, user } = show({
      [preview]: ({ url }) => {
        const query = new URLSearchParams(url.split('?')[1])
        const tag = query.get('pageStart') === 'x' ? 'pr-2' : 'pr-1'
        const verdict = query.get('verdict') === 'protected' ? 'protected' : 'removed'
        const page = samplePreview({ verdicts: [sampleVerdict({ tag, verdict })] })
        return answer(page, {
          'X-Resource-Count': '2',
          ...(tag === 'pr-1' ? { 'X-Next-Page-Start': 'x' } : {}),
        })
      },
    })
    const table = await screen.findByRole('table', { name: 'Verdicts' })
    expect(table.textContent).toContain('team/app:pr-1would goRemove tags pr-* pushed more')
    await screen.findByText('1 of 2 tags')
    await user.click(screen.getByRole('button', { name: 'Show more tags' }))
    await within(table).findByText('pr-2')
    await user.click(screen.getByRole('radio', { name: 'Protected 1' }))
    await within(await screen.findByRole('table', { name: 'Verdicts' })).findByText('protected')
    expect(askedFor(server, preview).at(-1)?.url).toContain('verdict=protected')
  })

  it('of a draft says what it changes, and is not run', async () => {
    const inForce = { ...samplePreview().totals, removed: 5, bytesFreed: 5_400_000 }
    const draft = samplePreview({ inForce })
    const { server, user } = show(
      { [make]: answer(draft), [preview]: answer(draft) },
      '/settings/cleaning',
    )
    await user.click(await screen.findByRole('button', { name: 'Edit policy' }))
    await screen.findByRole('textbox', { name: 'The same as YAML' })
    await user.click(screen.getByRole('button', { name: 'Preview this draft' }))
    const region = await screen.findByRole('region', { name: 'Preview of your draft' })
    expect(askedFor(server, make)[0]?.body).toEqual({ scope: 'registry', policy: sampleText })
    expect(region.textContent).toContain('3 fewer than by what is in force now (5), 3 MB less.')
    expect(within(region).queryByRole('button', { name: 'Run exactly this' })).toBeNull()
    // The editor is still there, with the draft.
    screen.getByRole('textbox', { name: 'The same as YAML' })
  })

  it('of a draft shows for which tags it changes what happens now', async () => {
    const changes = { nowRemoved: 1, noLongerRemoved: 0, otherwise: 0 }
    const inForce = { verdict: 'unmatched', rule: null, reason: 'No rule is about it' } as const
    const draft = samplePreview({
      inForce: samplePreview().totals,
      changes,
      verdicts: [sampleVerdict({ inForce })],
    })
    const { server, user } = show({ [preview]: answer(draft, { 'X-Resource-Count': '1' }) })
    await user.click(await screen.findByRole('radio', { name: 'Now going 1' }))
    await waitFor(() =>
      expect(askedFor(server, preview).at(-1)?.url).toContain('change=nowRemoved'),
    )
    await screen.findByText('now: no rule, stays')
  })

  it('from which nothing would go says so, and offers no run', async () => {
    const totals = { ...samplePreview().totals, removed: 0, images: 0, bytesFreed: 0 }
    const nothing = samplePreview({ totals, byRule: [], byRepository: [] })
    show({ [preview]: answer(nothing) })
    await screen.findByText('Nothing would go')
    expect((await panel()).textContent).toContain('Nothing would go: 1 protected')
    expect(screen.queryByRole('button', { name: 'Run exactly this' })).toBeNull()
    expect(screen.queryByRole('table', { name: 'By rule' })).toBeNull()
  })

  it('of which nothing could be judged does not say that something stays', async () => {
    const none = { protected: 0, kept: 0, removed: 0, unmatched: 0, images: 0, bytesFreed: 0 }
    const leftOut = [{ repository: 'team/app', reason: 'it is not known what runs: prod is gone' }]
    const of = { totals: none, byRule: [], byRepository: [], verdicts: [] }
    show({ [preview]: answer(samplePreview({ ...of, leftOut })) })
    await screen.findByText('Nothing would go')
    expect((await panel()).textContent).toContain(
      'Nothing would go: no repository could be judged.',
    )
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toBe(
      'Left out, and kept wholeteam/app: It is not known what runs: prod is gone.',
    )
  })

  it('names what was left out, and why', async () => {
    const leftOut = [{ repository: 'team/bad', reason: 'a manifest is missing' }]
    show({ [preview]: answer(samplePreview({ leftOut })) })
    expect((await screen.findByRole('alert')).textContent).toContain(
      'team/bad: A manifest is missing.',
    )
  })

  it('that is no longer kept is made again', async () => {
    const { server, user, address } = show({
      [preview]: () => refusal(404, 'NO_SUCH_PREVIEW', 'not kept any more'),
      [make]: answer(samplePreview({ previewID: 'p2' })),
      'GET /api/v0/retention/previews/p2': answer(samplePreview({ previewID: 'p2' })),
    })
    await screen.findByText('This preview is no longer kept')
    await user.click(screen.getByRole('button', { name: 'Preview again' }))
    await screen.findByRole('button', { name: 'Run exactly this' })
    expect(address()).toContain('preview=p2')
    expect(askedFor(server, make)).toHaveLength(1)
  })

  it('that could not be made says why', async () => {
    const { user } = show({ [make]: () => refusal(500, 'INTERNAL', 'the disk is gone') }, '/x')
    await user.click(await screen.findByRole('button', { name: 'Preview' }))
    expect((await screen.findByRole('alert')).textContent).toContain('The disk is gone.')
  })
})

describe('a preview for another moment', () => {
  const at = '2027-01-01T00:00:00.000Z'
  const later = samplePreview({ previewID: 'p2', at })
  const laterRoute = { 'GET /api/v0/retention/previews/p2': answer(later) }

  it('is made for in 30 days, says what it supposes, and is not run', async () => {
    const { server, user, address } = show({ ...laterRoute, [make]: answer(later) })
    await screen.findByRole('button', { name: 'Run exactly this' })
    const before = Date.now()
    await chooseOption(user, screen.getByRole('combobox', { name: 'Judged as of' }), 'In 30 days')
    await waitFor(() => expect(address()).toContain('preview=p2'))
    const asked = askedFor(server, make)[0]?.body as { at: string }
    expect(asked).toEqual({ scope: 'registry', at: asked.at })
    expect(Date.parse(asked.at) - before).toBeGreaterThanOrEqual(30 * 24 * 3_600_000)
    const region = await panel()
    await waitFor(() => expect(region.textContent).toContain('if nothing is pushed, pulled'))
    expect(region.textContent).toContain('Only a preview of now can be run.')
    expect(screen.queryByRole('button', { name: 'Run exactly this' })).toBeNull()
    expect(screen.queryByText('After')).toBeNull()
  })

  it('is made for a day, and for now again', async () => {
    const { server, user } = show(
      { ...laterRoute, [make]: answer(samplePreview()) },
      '/x?preview=p2',
    )
    const choice = await screen.findByRole('combobox', { name: 'Judged as of' })
    const day = screen.getByLabelText<HTMLInputElement>('Day')
    expect(day.value).toMatch(/^202(7-01-01|6-12-31)$/)
    await user.clear(day)
    expect(screen.getByRole('button', { name: 'Preview that day' })).toHaveProperty(
      'disabled',
      true,
    )
    await user.type(day, '2026-02-03')
    await user.click(screen.getByRole('button', { name: 'Preview that day' }))
    await screen.findByRole('button', { name: 'Run exactly this' })
    expect(askedFor(server, make)[0]?.body).toEqual({
      scope: 'registry',
      at: new Date(2026, 1, 3).toISOString(),
    })
    expect(choice.isConnected).toBe(false)
  })

  it('is made of the same draft', async () => {
    const inForce = samplePreview().totals
    const draft = samplePreview({ inForce })
    const { server, user } = show(
      { [make]: answer(draft), [preview]: answer(draft) },
      '/settings/cleaning?edit=policy',
    )
    await screen.findByRole('textbox', { name: 'The same as YAML' })
    await user.click(screen.getByRole('button', { name: 'Preview this draft' }))
    await screen.findByRole('region', { name: 'Preview of your draft' })
    await chooseOption(user, screen.getByRole('combobox', { name: 'Judged as of' }), 'In 30 days')
    await waitFor(() => expect(askedFor(server, make)).toHaveLength(2))
    expect(askedFor(server, make)[1]?.body).toMatchObject({
      policy: sampleText,
      at: expect.stringMatching(/Z$/),
    })
  })

  it('cannot be made of a draft that this page no longer has', async () => {
    show({ [preview]: answer(samplePreview({ inForce: samplePreview().totals })) })
    await screen.findByRole('region', { name: 'Preview of your draft' })
    expect(screen.queryByRole('combobox', { name: 'Judged as of' })).toBeNull()
  })
})

describe('running exactly a preview', () => {
  it('asks, and names what would go', async () => {
    const { server, user } = show({ [start]: answer(sampleRun()) })
    await user.click(await screen.findByRole('button', { name: 'Run exactly this' }))
    const dialog = await screen.findByRole('dialog', { name: 'Clean the registry by rule?' })
    expect(dialog.textContent).toContain('2 tags and untagged images would go')
    await user.click(within(dialog).getByRole('button', { name: 'Start cleaning' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(askedFor(server, start)[0]?.body).toEqual({
      job: 'retention',
      scope: 'registry',
      preview: 'p1',
    })
  })

  it('explains each brake that holds it, and runs once it is approved', async () => {
    const brakes = [
      { reason: 'first run', repository: 'team/app', message: 'the policy of the registry is new' },
      { reason: 'share of bytes', repository: null, message: '3 GB of 4 GB would go' },
    ]
    const detail = { previewID: 'p1', removed: 2, brakes }
    const { server, user } = show({
      [start]: () => refusal(409, 'APPROVAL_NEEDED', 'an administrator has to approve', detail),
      'POST /api/v0/retention/approve': () => new Response(null, { status: 204 }),
    })
    await user.click(await screen.findByRole('button', { name: 'Run exactly this' }))
    await user.click(await screen.findByRole('button', { name: 'Start cleaning' }))
    const dialog = await screen.findByRole('dialog', { name: 'This needs your approval' })
    expect(dialog.textContent).toContain('team/app: The policy of the registry is new.')
    expect(dialog.textContent).toContain('3 GB of 4 GB would go. That is more than one run may')
    server.route(start, answer(sampleRun()))
    await user.click(within(dialog).getByRole('button', { name: 'Approve and run' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(server.writes()).toEqual([
      'POST /api/v0/admin/jobs',
      'POST /api/v0/retention/approve',
      'POST /api/v0/admin/jobs',
    ])
    expect(askedFor(server, 'POST /api/v0/retention/approve')[0]?.body).toEqual({ previewID: 'p1' })
  })
})
