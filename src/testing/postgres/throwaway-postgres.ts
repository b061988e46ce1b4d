import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from 'pg'
import { asPostgres, findPostgres, isRoot } from './find-postgres.ts'

export interface ThrowawayPostgres {
  /** The socket that it listens on. */
  readonly socket: string
  /** With an empty schema of its own, so that each test has its tables. */
  newURL(): Promise<string>
  /** Runs statements as the administrator; resolves to the rows of a single one. */
  run(statements: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Resolves when it accepts connections; at once if it does. */
  start(): Promise<void>
  /** `fast` ends connections first, `crash` loses what is not in its log. */
  stop(how: 'fast' | 'crash'): Promise<void>
  /** Freezes it as a whole: connections stay, and nothing answers. */
  pause(): void
  resume(): void
  /** Stops it, and removes what it stored. */
  remove(): Promise<void>
}

const idOf = (option: '-u' | '-g'): number =>
  Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }))

/** Lets the server write in a folder. */
export function giveToPostgres(folder: string): void {
  if (isRoot) chownSync(folder, idOf('-u'), idOf('-g'))
}

/** Ends a command with the process that started it, if this machine can. */
const withParent: readonly string[] =
  spawnSync('setpriv', ['--pdeathsig', 'SIGQUIT', 'true']).status === 0
    ? ['setpriv', ...asPostgres.slice(1), '--pdeathsig', 'SIGQUIT']
    : asPostgres

/**
 * A server of PostgreSQL for this process alone: its files are in a temporary folder, and only a
 * socket in there leads to it. It ends with the process, also if that is killed.
 */
export async function startThrowawayPostgres(): Promise<ThrowawayPostgres> {
  const programs = findPostgres()
  if (programs === null) throw new Error('there is no PostgreSQL here that can be run')
  const folder = mkdtempSync(join(tmpdir(), 'jetsam-pg-'))
  giveToPostgres(folder)
  const environment = { ...process.env, LC_ALL: 'C', PGOPTIONS: '' }
  const [before, ...words] = [...asPostgres, join(programs, 'initdb')]
  const initialization = ['-D', join(folder, 'data'), '-U', 'postgres', '-A', 'trust']
  execFileSync(before, [...words, ...initialization, '--no-sync', '-E', 'UTF8', '--locale=C'], {
    cwd: folder,
    env: environment,
    stdio: 'pipe',
  })

  let server: ChildProcess | null = null
  let schemas = 0

  async function start(): Promise<void> {
    if (server !== null) return
    const settings = {
      listen_addresses: '',
      unix_socket_directories: folder,
      fsync: 'off',
      full_page_writes: 'off',
      logging_collector: 'off',
      lc_messages: 'C',
    }
    // Its parent may end without a word: it must not stay then.
    const [program, ...rest] = [...withParent, join(programs ?? '', 'postgres')]
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const started = spawn(program ?? '', [...rest, '-D', join(folder, 'data'), ...options], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    server = started
    const lines = createInterface({ input: started.stderr })
    const said: string[] = []
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        said.push(line)
        if (line.includes('database system is ready to accept connections')) resolve()
      })
      started.on('error', reject)
      started.on('exit', () => reject(new Error(`PostgreSQL ended:\n${said.join('\n')}`)))
    })
  }

  async function stop(how: 'fast' | 'crash'): Promise<void> {
    if (server === null) return
    const ended = once(server, 'exit')
    server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await ended
    server = null
  }

  /** The server and the processes that serve its connections. */
  function signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    if (server?.pid === undefined) return
    server.kill(name)
    const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8')
    for (const child of children.split(' ').filter(Boolean)) {
      try {
        process.kill(Number(child), name)
      } catch (error) {
        // It has ended since it was listed.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
  }

  async function run(statements: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const client = new Client({ host: folder, user: 'postgres', database: 'postgres' })
    await client.connect()
    try {
      const { rows } = await client.query<Record<string, unknown>>(statements)
      return rows
    } finally {
      await client.end()
    }
  }

  await start()
  return {
    socket: join(folder, '.s.PGSQL.5432'),
    async newURL() {
      schemas += 1
      await run(`create schema test_${schemas}`)
      const options = encodeURIComponent(`-c search_path=test_${schemas}`)
      return `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}&options=${options}`
    },
    run,
    start,
    stop,
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async remove() {
      await stop('crash')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
