import { test as base, type BrowserContext, type Page } from '@playwright/test'
import { scenarioKey, type Scenario } from '#hosts/mock/scenarios.ts'
import { fillDataFolder, type Content } from './filled-data-folder.ts'
import { developer } from './seed-accounts.ts'
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
  readonly content: Content
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
  (origin: string): Dashboard['signIn'] =>
  async (page, person = 'administrator', path = '/repositories') => {
    const { name, password } = credentials[person]
    await page.goto(`${origin}${path}`)
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('navigation', { name: 'Main' }).waitFor()
  }

/** Every tab of the context begins with this scenario, unless its address names another one. */
async function useScenario(context: BrowserContext, scenario: Scenario): Promise<void> {
  await context.addInitScript(
    ([key, name]) => {
      if (!location.protocol.startsWith('http')) return
      if (sessionStorage.getItem(key) === null) sessionStorage.setItem(key, name)
    },
    [scenarioKey, scenario] as const,
  )
}

/** Slows each page down, to find tests that a slow machine would fail: `SLOWDOWN=6`. */
const slowdown = Number(process.env.SLOWDOWN ?? 1)

async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
}

/** One specification, two hosts: each test gets its own registry on the host of its project. */
export const test = base.extend<Fixtures & HostOptions>({
  hostKind: ['mock', { option: true }],
  mockOrigin: ['', { option: true }],
  content: ['samples', { option: true }],
  dashboard: async ({ hostKind, mockOrigin, content, context }, use) => {
    if (slowdown > 1) context.on('page', (page) => void slowDown(page))
    if (hostKind === 'mock') {
      await useScenario(context, content === 'nothing' ? 'empty' : 'samples')
      await use({
        kind: 'mock',
        origin: mockOrigin,
        server: null,
        signIn: signInAt(mockOrigin),
      })
      return
    }
    const folder = await makeFolder()
    const server = await startServer(folder.path, await fillDataFolder(folder.path, content))
    try {
      await use({
        kind: 'server',
        origin: server.origin,
        server,
        signIn: signInAt(server.origin),
      })
    } finally {
      await server.stop()
      await folder.remove()
    }
  },
})

export { expect } from '@playwright/test'
