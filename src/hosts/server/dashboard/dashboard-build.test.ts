import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { buildDashboard, needsBuild } from './dashboard-build.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-build-'))
  await mkdir(join(folder, 'src', 'web', 'shell'), { recursive: true })
  await mkdir(join(folder, 'dist'))
  await write('src/main.tsx', 100)
})
afterEach(() => rm(folder, { recursive: true }))

const write = async (path: string, atSeconds: number): Promise<void> => {
  await writeFile(join(folder, path), '')
  await utimes(join(folder, path), atSeconds, atSeconds)
}

it('builds a dashboard that was never built', async () => {
  expect(await needsBuild(folder)).toBe(true)
})

it('keeps a build that is newer than all its sources', async () => {
  await write('src/web/shell/shell.tsx', 100)
  await write('dist/index.html', 200)
  expect(await needsBuild(folder)).toBe(false)
})

it('builds again when a source in a deep folder has changed', async () => {
  await write('dist/index.html', 200)
  await write('src/web/shell/shell.tsx', 300)
  expect(await needsBuild(folder)).toBe(true)
})

it('keeps a build that came without its sources, whatever the times of other files', async () => {
  await rm(join(folder, 'src', 'main.tsx'))
  await write('dist/index.html', 200)
  await write('package-lock.json', 300)
  expect(await needsBuild(folder)).toBe(false)
})

it('says why it cannot be built, and what to do', async () => {
  const building = buildDashboard(folder)
  await expect(building).rejects.toThrow(
    `the dashboard could not be built: run "npm ci" and "npm run build" by an account that may write to ${folder}, then start again. The build said:\n`,
  )
  await expect(building).rejects.toThrow(/Cannot find module .*vite/)
})
