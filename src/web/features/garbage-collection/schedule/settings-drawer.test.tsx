import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { fakeApi } from '../testing/fake-api.ts'
import { renderAt } from '../testing/render-at.tsx'
import { samplePolicy } from '../testing/samples.ts'
import { SettingsDrawer } from './settings-drawer.tsx'

const schedulePath = '/api/v0/admin/settings/registry/garbageCollection/schedule'
const saved = {
  schedule: '0 * * *',
  fields: { hour: '0', dayOfMonth: '*', month: '*', dayOfWeek: '*' },
  description: 'At 00:00, every day',
  nextRuns: [],
  missed: null,
}

const onStart = vi.fn()

function Page() {
  const [parameters, updateUrl] = useUrlState()
  return (
    <SettingsDrawer
      isOpen={parameters.get('open') === 'settings'}
      onClose={() => updateUrl({ open: null })}
      onStart={onStart}
    />
  )
}

async function open() {
  const api = fakeApi({
    'GET /api/v0/jobs': { jobs: [] },
    [`GET ${schedulePath}`]: saved,
    [`POST ${schedulePath}`]: saved,
    'GET /api/v0/garbage-collection/policy': samplePolicy,
  })
  vi.stubGlobal('fetch', api.fetch)
  const { router } = renderAt('/settings/garbage-collection?open=settings', <Page />)
  const text = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Schedule' })
  return { api, router, text, user: userEvent.setup() }
}

const isOpenAt = (router: Awaited<ReturnType<typeof open>>['router']) =>
  router.state.location.search === '?open=settings'

it('closes at once while nothing is edited', async () => {
  const { router, user } = await open()
  await user.keyboard('{Escape}')
  await waitFor(() => expect(isOpenAt(router)).toBe(false))
  expect(screen.queryByRole('dialog', { name: 'Discard your changes?' })).toBeNull()
})

it('asks once before it loses what is not saved, and keeps it', async () => {
  const { router, text, user } = await open()
  await user.clear(text)
  await user.type(text, '3 * * *')
  await user.keyboard('{Escape}')
  const question = await screen.findByRole('dialog', { name: 'Discard your changes?' })
  expect(isOpenAt(router)).toBe(true)
  await user.click(within(question).getByRole('button', { name: 'Keep editing' }))
  expect(text.value).toBe('3 * * *')
  await waitFor(() =>
    expect(screen.queryByRole('dialog', { name: 'Discard your changes?' })).toBeNull(),
  )
  await user.keyboard('{Escape}')
  const again = await screen.findByRole('dialog', { name: 'Discard your changes?' })
  await user.click(within(again).getByRole('button', { name: 'Discard changes' }))
  await waitFor(() => expect(isOpenAt(router)).toBe(false))
})

it('closes without a question when it has saved', async () => {
  const { api, router, text, user } = await open()
  await user.clear(text)
  await user.type(text, '3 * * *')
  await user.click(screen.getByRole('button', { name: 'Save and start' }))
  await waitFor(() => expect(isOpenAt(router)).toBe(false))
  expect(api.writes()).toMatchObject([{ path: schedulePath, body: { schedule: '3 * * *' } }])
  expect(onStart).toHaveBeenCalledTimes(1)
  expect(screen.queryByRole('dialog', { name: 'Discard your changes?' })).toBeNull()
})
