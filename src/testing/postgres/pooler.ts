import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asPostgres } from './find-postgres.ts'
import { giveToPostgres, type ThrowawayPostgres } from './throwaway-postgres.ts'

const program = 'pgbouncer'

/** The pooler, if this machine has it. */
export const findPooler = (): string | null =>
  spawnSync(program, ['--version']).status === 0 ? program : null

export interface Pooler {
  readonly url: string
  stop(): Promise<void>
}

/** Its file is there before it is listened to. */
const isListening = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = connect(socket, () => resolve(true))
    connection.on('error', () => resolve(false))
    connection.on('connect', () => connection.destroy())
  })

/**
 * PgBouncer before a server, on a socket in a folder of its own.
 *
 * @param ignored parameters of a connection that it takes and drops, with commas between them
 */
export async function startPooler(
  { socket }: ThrowawayPostgres,
  mode: 'session' | 'transaction',
  ignored: string,
): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), 'jetsam-pooler-'))
  const configuration = join(folder, 'pgbouncer.ini')
  const port = 6432
  const lines = [
    '[databases]',
    `postgres = host=${dirname(socket)} dbname=postgres user=postgres`,
    '[pgbouncer]',
    `unix_socket_dir = ${folder}`,
    `listen_port = ${port}`,
    'auth_type = any',
    `pool_mode = ${mode}`,
    `ignore_startup_parameters = ${ignored}`,
  ]
  writeFileSync(configuration, `${lines.join('\n')}\n`)
  giveToPostgres(folder)
  giveToPostgres(configuration)
  const [command, ...words] = [...asPostgres, program, configuration]
  const child = spawn(command, words, { stdio: 'ignore' })
  const ended = once(child, 'exit')
  const socketOfPooler = join(folder, `.s.PGSQL.${port}`)
  while (!(await isListening(socketOfPooler)) && child.exitCode === null) await sleep(5)
  return {
    url: `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}&port=${port}`,
    async stop() {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
