import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig, devices } from '@playwright/test'
import { findBrowser } from './find-browser.ts'
import type { HostOptions } from './hosts.ts'
import { onPostgres } from './throwaway-database.ts'
import { findPostgres } from '../src/testing/postgres/find-postgres.ts'

const projectFolder = fileURLToPath(new URL('..', import.meta.url))
const temporary = join(projectFolder, 'node_modules', '.tmp')
// Another port lets two runs use one machine at the same time.
const mockPort = Number(process.env.MOCK_SITE_PORT ?? 4173)
const mockSite = join(temporary, `mock-site-${mockPort}`)
const executablePath = findBrowser() ?? undefined

const touchingState = [
  ...['people', 'garbage-collection'].map((name) => `dashboard/${name}.e2e.ts`),
  ...['tokens', 'seed-curl', 'verification', 'main-job', 'crash'].map(
    (name) => `server-only/${name}.e2e.ts`,
  ),
]

export default defineConfig<HostOptions>({
  testDir: '.',
  outputDir: join(temporary, `e2e-results-${mockPort}`),
  globalSetup: './global-setup.ts',
  fullyParallel: true,
  forbidOnly: process.env.CI === 'true',
  retries: 0,
  workers: 2,
  // Nothing is timed: these only end a test that hangs, on a machine that may be slow.
  timeout: 240_000,
  expect: { timeout: 40_000 },
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    serviceWorkers: 'allow',
    // A trace is recorded before it is known whether a test fails, and takes a third of the whole
    // processor time: `--trace retain-on-failure` has it for a test that is looked into.
    trace: 'off',
    launchOptions: { executablePath },
  },
  projects: [
    {
      name: 'mock host',
      testMatch: ['dashboard/**/*.e2e.ts', 'mock-only/**/*.e2e.ts'],
      use: { hostKind: 'mock', mockOrigin: `http://127.0.0.1:${mockPort}` },
    },
    {
      name: 'server host',
      testMatch: ['dashboard/**/*.e2e.ts', 'server-only/**/*.e2e.ts'],
      // The pages are the same on both hosts.
      grepInvert: /accessibility/,
      use: { hostKind: 'server' },
    },
    {
      // What touches the state most, once more: each port of it has its conformance suite on both.
      // None without PostgreSQL, as is said then.
      name: onPostgres,
      testMatch: findPostgres() === null ? [] : touchingState,
      grepInvert: /accessibility/,
      use: { hostKind: 'server' },
    },
  ],
  webServer: {
    command: `npx --no-install vite build --mode mock --outDir ${mockSite} --emptyOutDir && npx --no-install vite preview --outDir ${mockSite} --host 127.0.0.1 --port ${mockPort} --strictPort`,
    cwd: projectFolder,
    url: `http://127.0.0.1:${mockPort}`,
    timeout: 120_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 2_000 },
  },
})
