import { test as base, type Page } from '@playwright/test'
import { developer, seedAccounts } from './seed-accounts.ts'
import {
  adminName,
  adminPassword,
  makeFolder,
  startServer,
  type ServerProcess,
} from './server-process.ts'

export interface HostOptions {
  readonly hostKind: 'mock' | 'server'
  /** The origin of the static site with the mock host. */
  readonly mockOrigin: string
  /** The initial content of the registry. */
  readonly content: 'samples' | 'nothing'
}

export type Person = 'administrator' | 'developer'

const credentials: Readonly<Record<Person, { name: string; password: string }>> = {
  administrator: { name: adminName, password: adminPassword },
  developer,
}

/** A dashboard with its own registry. */
export interface Dashboard {
  readonly kind: 'mock' | 'server'
  readonly origin: string
  /** The server behind it; null on the mock host. */
  readonly server: ServerProcess | null
  /** Opens the dashboard and signs in, by hand as people do. */
  signIn(page: Page, person?: Person, path?: string): Promise<void>
}

interface Fixtures {
  readonly dashboard: Dashboard
}

const signInAt =
  (origin: string, search: string): Dashboard['signIn'] =>
  async (page, person = 'administrator', path = '/repositories') => {
    const { name, password } = credentials[person]
    await page.goto(`${origin}${path}${path.includes('?') ? search.replace('?', '&') : search}`)
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('navigation', { name: 'Main' }).waitFor()
  }

/** One specification, two hosts: each test gets its own registry on the host of its project. */
export const test = base.extend<Fixtures & HostOptions>({
  hostKind: ['mock', { option: true }],
  mockOrigin: ['', { option: true }],
  content: ['samples', { option: true }],
  dashboard: async ({ hostKind, mockOrigin, content }, use) => {
    if (hostKind === 'mock') {
      const search = content === 'nothing' ? '?mock=empty' : ''
      await use({
        kind: 'mock',
        origin: mockOrigin,
        server: null,
        signIn: signInAt(mockOrigin, search),
      })
      return
    }
    const folder = await makeFolder()
    await seedAccounts(folder.path)
    const server = await startServer(folder.path, {
      JETSAM_SAMPLES: content === 'samples' ? '1' : '0',
    })
    try {
      await use({
        kind: 'server',
        origin: server.origin,
        server,
        signIn: signInAt(server.origin, ''),
      })
    } finally {
      await server.stop()
      await folder.remove()
    }
  },
})

export { expect } from '@playwright/test'
