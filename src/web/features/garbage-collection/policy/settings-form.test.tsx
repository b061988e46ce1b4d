import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it, vi } from 'vitest'
import { SettingsForm } from './settings-form.tsx'
import { fakeApi, Refusal } from '../testing/fake-api.ts'
import { renderAt } from '../testing/render-at.tsx'
import { samplePolicy } from '../testing/samples.ts'

const schedulePath = '/api/v0/admin/settings/registry/garbageCollection/schedule'
const policyPath = '/api/v0/garbage-collection/policy'

function showForm(schedule: string | null = '0 * * *', policy = samplePolicy) {
  const api = fakeApi({
    [`POST ${schedulePath}`]: {
      schedule: '1 * * 6',
      fields: null,
      description: null,
      nextRuns: [],
      missed: null,
    },
    [`DELETE ${schedulePath}`]: undefined,
    [`PUT ${policyPath}`]: samplePolicy,
  })
  vi.stubGlobal('fetch', api.fetch)
  const onStart = vi.fn()
  renderAt(
    '/',
    <SettingsForm schedule={schedule} policy={policy} isRunning={false} onStart={onStart} />,
  )
  return { api, onStart, user: userEvent.setup() }
}

const text = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Schedule' })
const field = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name })
const save = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Save' })
const saveAndStart = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Save and start' })

async function type(user: ReturnType<typeof userEvent.setup>, value: string) {
  await user.clear(text())
  await user.type(text(), value)
}

it('fills the four fields while the person types in the text', async () => {
  const { user } = showForm()
  await type(user, '3 1,15 jan fri')
  expect(['Hour', 'Day of month', 'Month', 'Day of week'].map((name) => field(name).value)).toEqual(
    ['3', '1,15', 'jan', 'fri'],
  )
})

it('fills the text while the person types in a field', async () => {
  const { user } = showForm()
  await user.clear(field('Hour'))
  await user.type(field('Hour'), '*/6')
  expect(text().value).toBe('*/6 * * *')
})

it('fills text and fields from a preset, and recognizes a preset in the text', async () => {
  const { user } = showForm()
  await user.click(screen.getByRole('radio', { name: 'Every Saturday 01:00' }))
  expect(text().value).toBe('1 * * 6')
  expect(field('Day of week').value).toBe('6')
  await type(user, '@hourly')
  expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Hourly' }).checked).toBe(true)
})

it('shows the sentence and the next five runs of a valid schedule', async () => {
  const { user } = showForm()
  await type(user, '5 * * *')
  expect(await screen.findByText(/At 05:00.*\(UTC\)/)).toBeDefined()
  expect(screen.getAllByText(/, 05:00$/).length).toBeGreaterThanOrEqual(5)
})

const meaning = () => document.getElementById('schedule-meaning')?.textContent ?? ''

it('names the mistake and its field, and does not save until it is corrected', async () => {
  const { user } = showForm()
  await type(user, '0 32')
  expect(meaning()).toMatch(/^Day of month: .*32/)
  expect(field('Day of month').getAttribute('aria-invalid')).toBe('true')
  expect(field('Hour').getAttribute('aria-invalid')).not.toBe('true')
  expect([save().disabled, saveAndStart().disabled]).toEqual([true, true])
})

it('suggests the schedule that the person probably meant', async () => {
  const { user } = showForm()
  await type(user, '0 3 * * 6')
  expect(meaning()).toMatch(/^Five fields: this schedule has at most four/)
  await user.click(screen.getByRole('button', { name: '3 * * 6' }))
  expect(text().value).toBe('3 * * 6')
  // The pressed suggestion is gone, and the focus is where the person goes on.
  expect(document.activeElement).toBe(text())
  expect(meaning()).not.toContain('`')
  expect(save().disabled).toBe(false)
})

it.each(['0 * * *', '@midnight', '0'])(
  'has nothing to save for %s, which is saved',
  async (same) => {
    const { user } = showForm('0 * * *')
    await type(user, same)
    expect([save().disabled, saveAndStart().disabled]).toEqual([true, true])
  },
)

it('saves only the schedule when only the schedule has changed', async () => {
  const { api, user, onStart } = showForm()
  await type(user, '1 * * 6')
  await user.click(save())
  await expect.poll(() => api.writes()).toHaveLength(1)
  expect(api.writes()[0]).toMatchObject({
    method: 'POST',
    path: schedulePath,
    body: { schedule: '1 * * 6' },
  })
  expect(onStart).not.toHaveBeenCalled()
})

it('removes the schedule for Never', async () => {
  const { api, user } = showForm()
  await user.click(screen.getByRole('radio', { name: 'Never' }))
  await user.click(save())
  await expect.poll(() => api.writes()).toHaveLength(1)
  expect(api.writes()[0]).toMatchObject({ method: 'DELETE', path: schedulePath })
})

it('saves a changed policy alone, then asks whether to start', async () => {
  const { api, user, onStart } = showForm()
  const days = screen.getByRole('textbox', { name: 'Keep deleted images at least' })
  await user.clear(days)
  await user.type(days, '3')
  await user.click(saveAndStart())
  await expect.poll(() => onStart).toHaveBeenCalledOnce()
  expect(api.writes()).toMatchObject([
    { method: 'PUT', path: policyPath, body: { ...samplePolicy, trashRetentionHours: 72 } },
  ])
})

it('accepts sparse indexes only when the option is on, and says what that means', async () => {
  const { api, user } = showForm()
  const box = screen.getByRole<HTMLInputElement>('checkbox', {
    name: 'Accept indexes with missing platforms',
  })
  expect(box.checked).toBe(false)
  expect(screen.getByText(/Pulls of the others fail.* as absent, not as damage\.$/)).toBeDefined()
  box.focus()
  await user.keyboard(' ')
  await user.click(save())
  await expect.poll(() => api.writes()).toHaveLength(1)
  expect(api.writes()).toMatchObject([
    { method: 'PUT', path: policyPath, body: { ...samplePolicy, acceptSparseIndexes: true } },
  ])
})

it('keeps the typed values when the server refuses, and says why', async () => {
  const { api, user, onStart } = showForm()
  api.answer(`POST ${schedulePath}`, new Refusal(400, 'INVALID_SCHEDULE', 'hour: no such hour'))
  await type(user, '7')
  await user.click(saveAndStart())
  expect((await screen.findByRole('alert')).textContent).toContain('Hour: no such hour.')
  expect(text().value).toBe('7')
  expect(onStart).not.toHaveBeenCalled()
})

const modes = () =>
  screen.getAllByRole<HTMLInputElement>('radio', { name: /pushes/i }).map(({ value }) => value)

it('offers to reject, hold or accept pushes, and says what a person who pushes sees', async () => {
  const { api, user } = showForm()
  expect(modes()).toEqual(['reject-pushes', 'hold-pushes', 'accept-pushes'])
  expect(screen.getByText(/waits without an answer .* after 2 min it is rejected/)).toBeDefined()
  expect(screen.getByText(/A push goes on as ever/)).toBeDefined()
  await user.click(screen.getByRole('radio', { name: 'Keep accepting pushes' }))
  await user.click(save())
  await expect.poll(() => api.writes()).toHaveLength(1)
  expect(api.writes()[0]).toMatchObject({
    method: 'PUT',
    path: policyPath,
    body: { whileCollecting: 'accept-pushes' },
  })
})

function Follower() {
  const [saved, setSaved] = useState({ schedule: '0 * * *', policy: samplePolicy })
  const change = (policy: Partial<typeof samplePolicy>, schedule = saved.schedule) =>
    setSaved({ schedule, policy: { ...samplePolicy, ...policy } })
  return (
    <>
      <SettingsForm {...saved} isRunning={false} onStart={() => undefined} />
      <button type="button" onClick={() => change({ trashRetentionHours: 24 })}>
        Another saves one day
      </button>
      <button type="button" onClick={() => change({ trashRetentionHours: 48 }, '@hourly')}>
        Another saves two days, hourly
      </button>
    </>
  )
}

it('follows what others save, but not where the person has edited', async () => {
  renderAt('/', <Follower />)
  const user = userEvent.setup()
  const days = field('Keep deleted images at least')
  await user.click(screen.getByRole('button', { name: 'Another saves one day' }))
  expect(days.value).toBe('1')
  expect(save().disabled).toBe(true)
  // Looking at a field is no edit.
  expect(screen.queryByRole('button', { name: 'Discard changes' })).toBeNull()

  await user.click(days)
  expect(screen.queryByRole('button', { name: 'Discard changes' })).toBeNull()
  await user.type(days, '0')
  await user.click(screen.getByRole('button', { name: 'Another saves two days, hourly' }))
  expect(days.value).toBe('10')
  expect(text().value).toBe('@hourly')
  await user.click(screen.getByRole('button', { name: 'Discard changes' }))
  expect(days.value).toBe('2')
  expect(save().disabled).toBe(true)
  expect(screen.queryByRole('button', { name: 'Discard changes' })).toBeNull()
})

it('shows what is saved after it has saved', async () => {
  const { user } = showForm('0 * * *')
  await type(user, '1 * * 6')
  expect(screen.getByRole('button', { name: 'Discard changes' })).toBeDefined()
  await user.click(save())
  await screen.findByText('Saved the garbage collection settings')
  // The page has not fetched the new schedule here.
  expect(text().value).toBe('0 * * *')
  expect(screen.queryByRole('button', { name: 'Discard changes' })).toBeNull()
})
