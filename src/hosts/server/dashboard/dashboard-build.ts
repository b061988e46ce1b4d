import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** The sources of the dashboard: a build that is older than any of them is outdated. */
const sources = [
  'index.html',
  'vite.config.ts',
  'package-lock.json',
  'public',
  'src/main.tsx',
  'src/web',
  'src/contract',
  'src/domain',
]

async function newestMs(path: string): Promise<number> {
  const status = await stat(path).catch(() => null)
  if (status === null) return 0
  if (!status.isDirectory()) return status.mtimeMs
  const names = await readdir(path)
  const times = await Promise.all(names.map((name) => newestMs(join(path, name))))
  return Math.max(0, ...times)
}

/**
 * True if there is no built dashboard, or its sources have changed since. An installation without
 * them, as an image is, has what it was given.
 */
export async function needsBuild(projectFolder: string): Promise<boolean> {
  const built = await stat(join(projectFolder, 'dist', 'index.html')).catch(() => null)
  if (built === null) return true
  if (!existsSync(join(projectFolder, 'src', 'main.tsx'))) return false
  const changed = await Promise.all(sources.map((source) => newestMs(join(projectFolder, source))))
  return Math.max(...changed) > built.mtimeMs
}

/** The output of a failed program, or the reason why it could not start. */
function complaintOf(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
  return said || (error instanceof Error ? error.message : String(error))
}

/**
 * Builds the dashboard into `dist/`, in another process: this one would keep the gigabyte that Vite
 * takes.
 */
export async function buildDashboard(projectFolder: string): Promise<void> {
  const vite = join(projectFolder, 'node_modules', 'vite', 'bin', 'vite.js')
  const words = ['build', projectFolder, '--logLevel', 'warn']
  try {
    await promisify(execFile)(process.execPath, [vite, ...words], { cwd: projectFolder })
  } catch (cause) {
    throw new Error(
      `the dashboard could not be built: run "npm ci" and "npm run build" by an account that may write to ${projectFolder}, then start again. The build said:\n${complaintOf(cause)}`,
      { cause },
    )
  }
}
