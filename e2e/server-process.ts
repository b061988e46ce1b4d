import { spawn, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ended, followOutput } from './process-output.ts'
import { databaseFor } from './throwaway-database.ts'

/** A real server, on its own port and folder. */
export interface ServerProcess {
  /** `http://127.0.0.1:41234` */
  readonly origin: string
  /** `127.0.0.1:41234`, as container clients write it. */
  readonly registryHost: string
  readonly dataFolder: string
  /** Holds `docker/registry/v2`. */
  readonly storageFolder: string
  /** Everything printed so far. */
  output(): string
  /** Stops it as an operator would; resolves to its exit code. */
  stop(): Promise<number | null>
  /** Kills it as a power cut would. */
  kill(): Promise<void>
  /** Resolves once it has ended, by itself or not. */
  ended(): Promise<unknown>
  readonly processId: number
}

export const projectFolder = fileURLToPath(new URL('..', import.meta.url))
/** Runs the server and its command line, as `npm start` and `npm run jetsam` do. */
export const launcher = join(projectFolder, 'src/hosts/cli/launch.mjs')

/**
 * Compiles before anything waits for it or is measured. With an unknown command the server only
 * prints its usage.
 */
export const compileServer = (): void => void spawnSync(process.execPath, [launcher, 'help'])

const startsWithinMs = 150_000

export const adminName = 'admin'
export const adminPassword = 'jetsam-admin'

/**
 * Resolves to a module of JavaScript with the same code. The server runs as people start it: a
 * compiler in it, and in each of its threads, would take longer than all else of its start.
 */
async function compilePreload(module: string): Promise<string> {
  const { transformWithOxc } = await import('vite')
  const source = fileURLToPath(module)
  const { code } = await transformWithOxc(await readFile(source, 'utf8'), source)
  const folder = join(projectFolder, 'node_modules', '.tmp', 'preloads')
  await mkdir(folder, { recursive: true })
  const compiled = join(folder, `${basename(source, '.ts')}.mjs`)
  // Another worker of the tests may load it at this moment.
  await writeFile(`${compiled}-${process.pid}`, code)
  await rename(`${compiled}-${process.pid}`, compiled)
  return pathToFileURL(compiled).href
}

const compiledPreloads = new Map<string, Promise<string>>()

/** Compiles each module once in this process. */
function compiledPreload(module: string): Promise<string> {
  const compiled = compiledPreloads.get(module) ?? compilePreload(module)
  compiledPreloads.set(module, compiled)
  return compiled
}

/** Starts the server and resolves once it prints its address. */
export async function startServer(
  dataFolder: string,
  environment: Readonly<Record<string, string>> = {},
  /** Modules to load before the server, which import no file of ours: `file:///….ts`. */
  preloads: readonly string[] = [],
  /** A command that starts it, for instance in a separate container. */
  through: readonly string[] = [],
  /** Its command line. */
  ofServer: readonly string[] = [],
): Promise<ServerProcess> {
  const imports = await Promise.all(preloads.map(compiledPreload))
  const words = imports.flatMap((module) => ['--import', module])
  const [command = '', ...rest] = [...through, process.execPath, ...words, launcher, ...ofServer]
  const database = await databaseFor(dataFolder)
  const child = spawn(command, rest, {
    cwd: projectFolder,
    env: {
      ...process.env,
      JETSAM_PORT: '0',
      JETSAM_DATA: dataFolder,
      JETSAM_ADMIN_PASSWORD: adminPassword,
      ...(database !== null && { JETSAM_DATABASE: database }),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = followOutput(child, 'the server')
  // It then ended with SIGKILL.
  const timer = setTimeout(() => child.kill('SIGKILL'), startsWithinMs)
  const [, origin = ''] = await output
    .find(/listening on (http:\/\/[^\s"]+)/)
    .finally(() => clearTimeout(timer))
  return {
    origin,
    registryHost: new URL(origin).host,
    dataFolder,
    storageFolder: environment.JETSAM_STORAGE ?? join(dataFolder, 'registry'),
    output: output.text,
    async stop() {
      child.kill('SIGTERM')
      return ended(child)
    },
    ended: () => ended(child),
    processId: child.pid ?? 0,
    async kill() {
      child.kill('SIGKILL')
      await ended(child)
    },
  }
}

/** A folder for one test, and a function that removes it. */
export async function makeFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'jetsam-e2e-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
