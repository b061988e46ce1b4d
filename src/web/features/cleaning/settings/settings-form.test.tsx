import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { answer, fakeFetch, noContent, refusal, type Answer } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { CleaningPage } from '../cleaning-page.tsx'
import { cleaningRoutes, samplePolicy, sampleSettings } from '../testing/samples.ts'

const settings = '/api/v0/retention/settings'
const schedule = '/api/v0/retention/schedule'
const daily = {
  schedule: '3 * * *',
  fields: { hour: '3', dayOfMonth: '*', month: '*', dayOfWeek: '*' },
  description: 'At 03:00, every day',
  nextRuns: ['2026-11-23T03:00:00.000Z'],
  missed: null,
}

async function open(of: Readonly<Record<string, Answer>> = {}) {
  const server = fakeFetch(
    cleaningRoutes([samplePolicy()], {
      [`GET ${schedule}`]: answer(daily),
      [`PUT ${settings}`]: answer(sampleSettings()),
      [`PUT ${schedule}`]: answer(daily),
      [`DELETE ${schedule}`]: noContent(),
      ...of,
    }),
  )
  const page = renderPage(<CleaningPage />, { at: '/settings/cleaning' })
  const panel = await screen.findByRole('region', { name: 'Schedule and brakes' })
  await within(panel).findByText('day at 03:00 UTC')
  expect(panel.textContent).toContain('at most 50 % of a repository’s tags')
  await page.user.click(within(panel).getByRole('button', { name: 'Edit settings' }))
  const form = within(await screen.findByRole('form', { name: 'Settings of cleaning' }))
  return { server, form, ...page }
}

it('saves only what has changed', async () => {
  const { server, form, user } = await open()
  await user.click(form.getByRole('radio', { name: 'Never' }))
  form.getByText('Rules run only when someone starts them with Run now.')
  await user.click(form.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(server.writes()).toEqual([`DELETE ${schedule}`]))
})

it('saves brakes and what counts as a pull', async () => {
  const { server, form, user } = await open()
  await user.click(form.getByRole('checkbox', { name: 'Also before each collection' }))
  const share = form.getByRole('textbox', { name: 'One run may take at most' })
  await user.clear(share)
  await user.type(share, '20')
  await user.click(form.getByRole('checkbox', { name: /so many images/ }))
  await user.type(form.getByRole('textbox', { name: 'Not from these accounts' }), ' scan \n\nbot')
  await user.click(form.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(server.writes()).toEqual([`PUT ${settings}`]))
  expect(server.calls.find(({ method }) => method === 'PUT')?.body).toEqual({
    beforeCollections: true,
    approveFirst: true,
    maximumShare: 20,
    maximumImages: null,
    pulls: { headCounts: true, ignoredAccounts: ['scan', 'bot'], ignoredUserAgents: [] },
    running: { maximumAgeMinutes: 60, clusters: [] },
  })
  await waitFor(() =>
    expect(screen.queryByRole('form', { name: 'Settings of cleaning' })).toBeNull(),
  )
})

it('saves which clusters have to report, for whom, and how long a report counts', async () => {
  const running = { maximumAgeMinutes: 90, clusters: [{ name: 'prod', account: 'prod-reporter' }] }
  const { server, form, user } = await open({
    [`GET ${settings}`]: answer(sampleSettings({ running })),
  })
  const minutes = form.getByRole('textbox', { name: 'A report counts for' })
  const clusters = form.getByRole('textbox', { name: 'Clusters that have to report' })
  expect(minutes).toHaveProperty('value', '90')
  expect(clusters).toHaveProperty('value', 'prod prod-reporter')
  await user.clear(minutes)
  await user.type(minutes, '15')
  await user.type(clusters, '\n edge \n')
  await user.click(form.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(server.writes()).toEqual([`PUT ${settings}`]))
  expect(server.calls.find(({ method }) => method === 'PUT')?.body).toMatchObject({
    running: {
      maximumAgeMinutes: 15,
      clusters: [
        { name: 'prod', account: 'prod-reporter' },
        { name: 'edge', account: null },
      ],
    },
  })
})

it.each([
  ['A report counts for', '0', 'A whole number from 1 to 10080'],
  ['Clusters that have to report', 'one two three', /^One a line: a name in lower case/],
  ['Clusters that have to report', 'Prod', /^One a line: a name in lower case/],
  ['Clusters that have to report', 'prod\nprod a', /^One a line: a name in lower case/],
])('says what is wrong with "%s" of "%s"', async (name, typed, mistake) => {
  const { form, user } = await open()
  const field = form.getByRole('textbox', { name })
  await user.clear(field)
  await user.type(field, typed)
  form.getByText(mistake)
  expect(form.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true)
})

it('says what is wrong, and saves nothing', async () => {
  const { server, form, user } = await open()
  const share = form.getByRole('textbox', { name: 'One run may take at most' })
  await user.clear(share)
  await user.type(share, '0')
  form.getByText('A whole number from 1 to 100')
  await user.type(form.getByRole('textbox', { name: /^Not from clients/ }), 'x')
  form.getByText('At least 3 letters each')
  expect(form.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true)
  expect(server.writes()).toEqual([])
})

it('says what the server refuses, and keeps what was typed', async () => {
  const { form, user } = await open({
    [`PUT ${settings}`]: () => refusal(500, 'INTERNAL', 'the disk is full'),
  })
  await user.click(form.getByRole('checkbox', { name: 'Also before each collection' }))
  await user.click(form.getByRole('button', { name: 'Save' }))
  expect((await form.findByRole('alert')).textContent).toContain('The disk is full.')
  expect(form.getByRole('checkbox', { name: 'Also before each collection' })).toHaveProperty(
    'checked',
    true,
  )
})

it('asks before it loses changes', async () => {
  const { form, user } = await open()
  await user.click(form.getByRole('checkbox', { name: 'Also before each collection' }))
  await user.click(screen.getByRole('button', { name: 'Close the settings' }))
  await screen.findByRole('dialog', { name: 'Discard your changes?' })
})
