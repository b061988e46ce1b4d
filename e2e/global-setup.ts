import { fileURLToPath } from 'node:url'
import { buildDashboard, needsBuild } from '#hosts/server/dashboard/dashboard-build.ts'
import { compileServer } from './server-process.ts'

/** Builds dashboard and server once: servers that start at the same time must not each do it. */
export default async function globalSetup(): Promise<void> {
  compileServer()
  const projectFolder = fileURLToPath(new URL('..', import.meta.url))
  if (await needsBuild(projectFolder)) await buildDashboard(projectFolder)
}
