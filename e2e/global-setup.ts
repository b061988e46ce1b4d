import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildDashboard, needsBuild } from '#server/dashboard-build.ts'
import { launcher } from './server-process.ts'

/** Builds dashboard and server once: servers that start at the same time must not each do it. */
export default async function globalSetup(): Promise<void> {
  // Without a command that there is, it only says how it is used.
  spawnSync(process.execPath, [launcher, 'help'])
  const projectFolder = fileURLToPath(new URL('..', import.meta.url))
  if (await needsBuild(projectFolder)) await buildDashboard(projectFolder)
}
