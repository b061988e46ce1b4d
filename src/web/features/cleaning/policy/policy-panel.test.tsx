import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, fakeFetch, refusal, type Answer } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import type { WireRetentionPolicy } from '#contract/rules/retention.ts'
import { CleaningPage } from '../cleaning-page.tsx'
import { cleaningRoutes, samplePolicy, sampleText } from '../testing/samples.ts'

const put = 'PUT /api/v0/retention/policies/registry'

function show(
  policies: readonly WireRetentionPolicy[],
  of: Readonly<Record<string, Answer>> = {},
  session = { name: 'admin', isAdmin: true },
  at = '/settings/cleaning',
) {
  const server = fakeFetch(cleaningRoutes(policies, of))
  return { server, ...renderPage(<CleaningPage />, { at, session }) }
}

const textBox = () =>
  screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'The same as YAML' })
const saves = (server: ReturnType<typeof fakeFetch>) =>
  server.calls.filter(({ method }) => method === 'PUT')

async function edit(page: ReturnType<typeof show>) {
  await page.user.click(await screen.findByRole('button', { name: 'Edit policy' }))
  return await textBox()
}

/** Instead of typing it: a test types each letter. */
async function replace(page: ReturnType<typeof show>, box: HTMLElement, text: string) {
  await page.user.clear(box)
  await page.user.click(box)
  await page.user.paste(text)
}

describe('the policy in force', () => {
  it('is one sentence a rule, those that always win first', async () => {
    show([samplePolicy()])
    const region = await screen.findByRole('region', { name: 'Policy of the registry' })
    await within(region).findByText('tags pr-* pushed more than 14 days ago')
    const rules = within(region).getAllByRole('listitem')
    expect(rules.map(({ textContent }) => textContent)).toEqual([
      'Protect tags stable',
      'Remove tags pr-* pushed more than 14 days ago',
    ])
    expect(region.textContent).toContain('Everything else stays.')
    expect(region.textContent).toContain('Version 3, saved')
  })

  it('that cannot be read says that it keeps everything', async () => {
    show([samplePolicy({ rules: [], problem: 'it has rules of another version (2)' })])
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('It has rules of another version (2).')
    expect(alert.textContent).toContain('every tag is protected')
  })

  it('of a wider scope decides where there is none', async () => {
    show([samplePolicy({ scope: 'team' })], {}, undefined, '/settings/cleaning?scope=team/app')
    await screen.findByText(/It has no policy of its own/)
    const region = screen.getByRole('region', { name: 'Policy of team/app' })
    const link = within(region).getByRole('link', { name: 'The policy of team' })
    expect(link.getAttribute('href')).toBe('/settings/cleaning?scope=team')
    within(region).getByText('tags stable')
  })

  it('can be read by all, and changed by administrators', async () => {
    const { server } = show([samplePolicy()], {}, { name: 'dev', isAdmin: false })
    await screen.findByText('tags stable')
    for (const name of ['Edit policy', 'Run now', 'Edit settings', 'Remove policy']) {
      expect(screen.queryByRole('button', { name })).toBeNull()
    }
    screen.getByRole('button', { name: 'Preview' })
    expect(server.calls.some(({ url }) => url.endsWith('/retention/settings'))).toBe(false)
  })

  it('is removed in the version that was seen', async () => {
    const { server, user } = show([samplePolicy()])
    await user.click(await screen.findByRole('button', { name: 'Remove policy' }))
    const dialog = await screen.findByRole('dialog')
    expect(dialog.textContent).toContain('Tags that only this policy protects can be deleted')
    await user.click(within(dialog).getByRole('button', { name: 'Remove policy' }))
    await waitFor(() =>
      expect(server.writes()).toEqual(['DELETE /api/v0/retention/policies/registry']),
    )
    const [removal] = server.calls.filter(({ method }) => method === 'DELETE')
    expect(removal?.headers.get('If-Match')).toBe('"3"')
  })

  it('says what failed, and loads it again', async () => {
    const policies = 'GET /api/v0/retention/policies'
    const page = show([], { [policies]: () => refusal(503, 'INTERNAL', 'the disk is gone') })
    await screen.findByText('Couldn’t load the policies')
    page.server.route(policies, answer({ policies: [samplePolicy()], grants: [] }))
    await page.user.click(screen.getByRole('button', { name: 'Try again' }))
    await screen.findByText('tags stable')
  })
})

describe('no policy yet', () => {
  it('offers templates, which are in force once they are saved', async () => {
    const { server, user } = show([], { [put]: answer(samplePolicy({ version: 1 })) })
    await screen.findByText('No policy yet')
    await user.click(screen.getByRole('button', { name: /^Clean up after pull requests/ }))
    const box = await textBox()
    expect(box.value).toContain('- remove: { tags: [pr-*], olderThan: 14d }')
    await screen.findByText('All 3 expectations hold')
    server.route(
      'GET /api/v0/retention/policies',
      answer({ policies: [samplePolicy()], grants: [] }),
    )
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await screen.findByRole('button', { name: 'Edit policy' })
    const [saved] = saves(server)
    expect(saved?.headers.get('If-Match')).toBe('"0"')
    expect(saved?.headers.get('Content-Type')).toBe('application/yaml')
    expect(saved?.body).toBe(box.value)
  })

  it('is only told to others', async () => {
    show([], {}, { name: 'dev', isAdmin: false })
    await screen.findByText('No policy yet')
    expect(screen.queryByRole('list', { name: 'Templates' })).toBeNull()
    screen.getByText(/Only administrators can write one/)
  })
})

describe('the editor', () => {
  it('keeps form and text in step', async () => {
    const page = show([samplePolicy()])
    const box = await edit(page)
    const rule = screen.getByRole('group', { name: 'Rule 2' })
    const age = within(rule).getByRole<HTMLInputElement>('textbox', { name: 'Older than' })
    expect(age.value).toBe('14d')
    await page.user.clear(age)
    await page.user.type(age, '3d')
    expect(box.value).toContain('olderThan: 3d } # of pull requests')
    within(rule).getByText('Remove tags pr-* pushed more than 3 days ago')

    const tags = within(rule).getByRole<HTMLInputElement>('textbox', { name: 'Tags' })
    await page.user.type(tags, ' !pr-1 ')
    expect(tags.value).toBe('pr-* !pr-1 ')
    expect(box.value).toContain("tags: [ pr-*, '!pr-1' ]")

    await replace(page, box, sampleText.replace('14d', '9w'))
    const again = within(screen.getByRole('group', { name: 'Rule 2' }))
    expect(again.getByRole<HTMLInputElement>('textbox', { name: 'Older than' }).value).toBe('9w')
  })

  it('adds, changes and removes rules', async () => {
    const page = show([samplePolicy()])
    const box = await edit(page)
    await page.user.click(screen.getByRole('button', { name: 'Add a rule' }))
    const rule = screen.getByRole('group', { name: 'Rule 3' })
    const tags = within(rule).getByRole('textbox', { name: 'Tags' })
    expect(document.activeElement).toBe(tags)
    within(rule).getByText(/^Say which images are meant/)
    await page.user.type(tags, 'tmp-*')
    await page.user.type(within(rule).getByRole('textbox', { name: 'Except the newest' }), '3')
    expect(box.value).toContain('- remove: { tags: [ tmp-* ], exceptNewest: 3 }')
    await page.user.click(within(rule).getByRole('checkbox', { name: 'Untagged images instead' }))
    expect(box.value).toContain('untagged: true')
    await page.user.click(screen.getByRole('button', { name: 'Remove rule 1' }))
    expect(box.value).not.toContain('protect')
    expect(screen.queryByRole('group', { name: 'Rule 3' })).toBeNull()
  })

  it('says what is wrong at the field, and in the text with line and column', async () => {
    const page = show([samplePolicy()])
    const box = await edit(page)
    const rule = screen.getByRole('group', { name: 'Rule 2' })
    const age = within(rule).getByRole('textbox', { name: 'Older than' })
    await page.user.type(age, ' days')
    expect(age.getAttribute('aria-invalid')).toBe('true')
    within(rule).getByText(/is no time: write hours/)
    const problems = screen.getByRole('list', { name: 'Problems' })
    expect(box.getAttribute('aria-invalid')).toBe('true')
    const button = within(problems).getByRole('button', { name: /^Line 3, column \d+$/ })
    await page.user.click(button)
    expect(document.activeElement).toBe(box)
    expect(box.value.slice(box.selectionStart)).toMatch(/^14d days/)
    expect(screen.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true)
  })

  it('has no form for a text that cannot be read, and one again afterwards', async () => {
    const page = show([samplePolicy()])
    const box = await edit(page)
    await replace(page, box, 'rules: [')
    screen.getByText(/shown here as a form again once the text can be read/)
    await replace(page, box, 'rules: []')
    screen.getByText('No rules yet: everything stays.')
  })

  it('shows an expectation that does not hold, and does not save it', async () => {
    const page = show([samplePolicy()])
    const box = await edit(page)
    await replace(page, box, `${sampleText}expect: [{ tag: pr-1, pushed: 20d ago, is: kept }]`)
    await screen.findByText('The expectation does not hold: the policy can’t be saved like this')
    const table = screen.getByRole('table', { name: 'Expectations' })
    const [, row] = within(table).getAllByRole('row')
    expect(row?.textContent).toContain('pr-1 pushed 20 days ago')
    expect(row?.textContent).toContain('removed by “Remove tags pr-*')
    expect(screen.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true)
  })

  it('shows both versions when another administrator saved first, and loses neither', async () => {
    const theirs = samplePolicy({ version: 4, text: 'rules: []\n', rules: [], savedBy: 'eve' })
    const page = show([samplePolicy()], {
      [put]: () => refusal(409, 'POLICY_CHANGED', 'changed', { current: theirs, yours: 'x' }),
    })
    const box = await edit(page)
    const mine = sampleText.replace('14d', '7d')
    await replace(page, box, mine)
    await page.user.click(screen.getByRole('button', { name: 'Save' }))
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('eve saved version 4')
    expect(within(alert).getByRole('group', { name: 'Saved now' }).textContent).toBe(theirs.text)
    expect(within(alert).getByRole('group', { name: 'Yours, not saved' }).textContent).toBe(mine)
    await page.user.click(within(alert).getByRole('button', { name: /^Keep mine/ }))
    expect(box.value).toBe(mine)
    page.server.route(put, answer(samplePolicy({ version: 5 })))
    await page.user.click(screen.getByRole('button', { name: 'Save' }))
    await screen.findByRole('button', { name: 'Edit policy' })
    expect(saves(page.server).map(({ headers }) => headers.get('If-Match'))).toEqual(['"3"', '"4"'])
  })

  it('goes on with what another administrator saved', async () => {
    const theirs = samplePolicy({ version: 4, text: 'rules: []\n', rules: [] })
    const page = show([samplePolicy()], {
      [put]: () => refusal(409, 'POLICY_CHANGED', 'changed', { current: theirs, yours: 'x' }),
    })
    const box = await edit(page)
    await replace(page, box, sampleText.replace('14d', '7d'))
    await page.user.click(screen.getByRole('button', { name: 'Save' }))
    await page.user.click(await screen.findByRole('button', { name: 'Go on with theirs' }))
    expect(box.value).toBe('rules: []\n')
    expect(screen.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true)
  })

  it('asks before it loses changes', async () => {
    const page = show([samplePolicy()])
    const box = await edit(page)
    await page.user.type(box, '#')
    await page.user.click(screen.getByRole('button', { name: 'Cancel' }))
    const dialog = await screen.findByRole('dialog', { name: 'Discard your changes?' })
    await page.user.click(within(dialog).getByRole('button', { name: 'Keep editing' }))
    expect(box.value).toBe(`${sampleText}#`)
    await page.user.click(screen.getByRole('button', { name: 'Cancel' }))
    await page.user.click(await screen.findByRole('button', { name: 'Discard changes' }))
    await screen.findByRole('button', { name: 'Edit policy' })
  })

  it('says what the server refuses', async () => {
    const page = show([samplePolicy()], {
      [put]: () => refusal(403, 'NOT_AUTHORIZED', 'this needs admin access to team'),
    })
    const box = await edit(page)
    await page.user.type(box, '#')
    await page.user.click(screen.getByRole('button', { name: 'Save' }))
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('This needs admin access to team.')
    expect(box.value).toBe(`${sampleText}#`)
  })
})
