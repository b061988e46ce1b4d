import { fileURLToPath } from 'node:url'
import { buildDashboard, needsBuild } from '#server/dashboard-build.ts'

/** Builds the dashboard once: servers that start at the same time must not each do it. */
export default async function globalSetup(): Promise<void> {
  const projectFolder = fileURLToPath(new URL('..', import.meta.url))
  if (await needsBuild(projectFolder)) await buildDashboard(projectFolder)
}
