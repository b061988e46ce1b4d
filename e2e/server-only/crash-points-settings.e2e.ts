import { expect, test } from '@playwright/test'
import type { ServerProcess } from '../server-process.ts'
import { ask, prepare, throughAll, timesRecorded } from './crash-points.ts'

/** The real server is killed before each statement that changes its state, and started again. */

test.describe.configure({ timeout: 1_200_000 })

interface Change {
  /** Its kind in the activity. */
  readonly kind: string
  readonly method: string
  readonly path: string
  readonly body: object
  /** The path that shows whether it was made. */
  readonly look: string
  readonly isMade: (seen: string) => boolean
}

const gc = '/api/v0/admin/settings/registry/garbageCollection'
const policyPath = '/api/v0/garbage-collection/policy'
const policy = {
  timeLimitMinutes: 7,
  whileCollecting: 'hold-pushes',
  trashRetentionHours: 31,
  collectUntagged: false,
  untaggedMinimumAgeHours: 24,
}

/** In this order; each is visible by itself. */
const changes: readonly Change[] = [
  {
    method: 'POST',
    path: `${gc}/schedule`,
    body: { schedule: '4 * * 6' },
    look: `${gc}/schedule`,
    kind: 'schedule changed',
    isMade: (seen) => seen.includes('4 * * 6'),
  },
  {
    method: 'PUT',
    path: policyPath,
    body: policy,
    look: policyPath,
    kind: 'policy changed',
    isMade: (seen) => seen.includes('"trashRetentionHours":31') && seen.includes('hold-pushes'),
  },
  {
    method: 'POST',
    path: '/api/v0/accounts',
    body: { name: 'lee', password: 'lees password' },
    look: '/api/v0/accounts',
    kind: 'account created',
    isMade: (seen) => seen.includes('"lee"'),
  },
  {
    method: 'PUT',
    path: '/api/v0/accounts/lee/access',
    body: { grants: [{ scope: 'team', accessLevel: 'admin' }] },
    look: '/api/v0/accounts/lee/access',
    kind: 'access changed',
    isMade: (seen) => seen.includes('"team"'),
  },
  {
    method: 'PATCH',
    path: '/api/v0/accounts/lee',
    body: { isActive: false },
    look: '/api/v0/accounts/lee',
    kind: 'account disabled',
    isMade: (seen) => seen.includes('"isActive":false'),
  },
]

/** Makes one change after the other, and calls `acknowledged` after each. */
async function changeAll(server: ServerProcess, acknowledged: () => void): Promise<number> {
  for (const { method, path, body } of changes) {
    const { status } = await ask(server, method, path, body)
    expect(status).toBeLessThan(300)
    acknowledged()
  }
  return changes.length
}

test('killed at any step of a change of settings or accounts, the server keeps what it acknowledged', async () => {
  const base = await prepare(() => Promise.resolve())
  let acknowledged = 0
  await throughAll(
    base,
    1,
    (server) => {
      acknowledged = 0
      return changeAll(server, () => (acknowledged += 1))
    },
    async ({ server }) => {
      for (const [at, { look, isMade, kind }] of changes.entries()) {
        const made = isMade(JSON.stringify((await ask(server, 'GET', look)).body))
        const about = kind === 'account created' ? { subject: 'lee' } : {}
        expect([at, await timesRecorded(server, kind, about)]).toEqual([at, made ? 1 : 0])
        // The change under way may have been made; whole or not at all.
        if (at !== acknowledged) expect([at, made]).toEqual([at, at < acknowledged])
      }
      // The remaining ones can be made now.
      await ask(server, 'POST', '/api/v0/accounts', changes[2]?.body)
      for (const { method, path, body, look, isMade } of changes) {
        if (path === '/api/v0/accounts') continue
        expect((await ask(server, method, path, body)).status).toBeLessThan(300)
        expect(isMade(JSON.stringify((await ask(server, 'GET', look)).body))).toBe(true)
      }
    },
    'state',
  )
})
