import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, openSync, closeSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { cephConfiguration } from './ceph-configuration.ts'

export interface ThrowawayCeph {
  /** Of the gateway: `http://127.0.0.1:4711`. Buckets are the first part of its paths. */
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Makes a user with keys of its own, who may only do what others grant. */
  addUser(name: string): Promise<void>
  /** Stops it, and removes what it stored. */
  remove(): Promise<void>
}

const run = promisify(execFile)

/** Ends a program with the process that started it, if this machine can. */
const withParent: readonly string[] =
  spawnSync('setpriv', ['--pdeathsig', 'SIGKILL', 'true']).status === 0
    ? ['setpriv', '--pdeathsig', 'SIGKILL']
    : []

const asRoot: readonly string[] =
  process.getuid?.() === 0 ? ['--setuser', 'root', '--setgroup', 'root'] : []

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Whether something listens there. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

const startsWithinMs = 60_000

/** Resolves once `isReady`; rejects if it takes too long, or the program has ended. */
async function until(isReady: () => Promise<boolean>, program: ChildProcess): Promise<void> {
  const startedAt = performance.now()
  while (!(await isReady())) {
    const isOver = performance.now() - startedAt > startsWithinMs
    if (isOver || program.exitCode !== null || program.signalCode !== null) {
      throw new Error(`${program.spawnargs.join(' ')} did not start`)
    }
    await wait(50)
  }
}

/**
 * An object store for this process alone: its files are in a temporary folder, its ports are any
 * that are free. It ends with the process, also if that is killed.
 */
export async function startThrowawayCeph(): Promise<ThrowawayCeph> {
  const folder = mkdtempSync(join(tmpdir(), 'jetsam-ceph-'))
  for (const name of ['mon', 'osd0', 'rgw', 'run', 'log']) mkdirSync(join(folder, name))
  const [monitorPort, gatewayPort, id] = [await freePort(), await freePort(), randomUUID()]
  const file = join(folder, 'ceph.conf')
  writeFileSync(file, cephConfiguration(folder, { id, monitorPort, gatewayPort }))
  const env = { ...process.env, CEPH_CONF: file }
  const keyring = join(folder, 'keyring')
  const monmap = join(folder, 'monmap')
  const programs: ChildProcess[] = []

  const call = async (program: string, ...words: readonly string[]): Promise<string> =>
    (await run(program, words, { env, cwd: folder })).stdout

  function start(name: string, ...words: readonly string[]): ChildProcess {
    const log = openSync(join(folder, 'log', `${name}.out`), 'a')
    const [program, ...rest] = [...withParent, name, ...words, ...asRoot, '-f']
    const started = spawn(program ?? name, rest, { env, cwd: folder, stdio: ['ignore', log, log] })
    closeSync(log)
    programs.unshift(started)
    return started
  }

  const isDone = (program: string, ...words: readonly string[]): Promise<boolean> =>
    call(program, ...words).then(
      () => true,
      () => false,
    )

  async function remove(): Promise<void> {
    for (const program of programs) {
      if (program.exitCode !== null || program.signalCode !== null) continue
      const ended = once(program, 'exit')
      program.kill('SIGKILL')
      await ended
    }
    rmSync(folder, { recursive: true, force: true })
  }

  try {
    const key = ['ceph-authtool', keyring, '--gen-key'] as const
    await call('ceph-authtool', '-C', ...key.slice(1), '-n', 'mon.', '--cap', 'mon', 'allow *')
    for (const [name, ...caps] of [
      ['client.admin', 'mon', 'allow *', 'osd', 'allow *'],
      ['osd.0', 'mon', 'allow profile osd', 'osd', 'allow *'],
      ['client.rgw', 'mon', 'allow rw', 'osd', 'allow rwx'],
    ] as const) {
      await call(...key, '-n', name, '--cap', caps[0], caps[1], '--cap', caps[2], caps[3])
    }
    const monitor = ['--addv', 'a', `[v2:127.0.0.1:${monitorPort}]`] as const
    await call('monmaptool', '--create', '--clobber', '--fsid', id, ...monitor, monmap)
    await call('ceph-mon', '-i', 'a', '--mkfs', '--monmap', monmap, '--keyring', keyring)
    const first = start('ceph-mon', '-i', 'a')
    await until(
      () => isDone('timeout', '2', 'ceph', '--connect-timeout', '1', 'mon', 'stat'),
      first,
    )
    const disk = randomUUID()
    await call('ceph', 'osd', 'new', disk, '0')
    await call('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', disk)
    const second = start('ceph-osd', '-i', '0')
    await until(async () => (await call('ceph', 'osd', 'stat')).includes('1 up'), second)
    await addUser('test')
    const gateway = start('radosgw', '-n', 'client.rgw')
    await until(() => answers(gatewayPort), gateway)
  } catch (error) {
    await remove()
    throw error
  }

  async function addUser(name: string): Promise<void> {
    const keys = ['--access-key', `access-${name}`, '--secret-key', `secret-${name}`]
    const user = ['--uid', name, '--display-name', name]
    await call('radosgw-admin', '-n', 'client.rgw', 'user', 'create', ...user, ...keys)
  }

  return {
    endpoint: `http://127.0.0.1:${gatewayPort}`,
    accessKeyId: 'access-test',
    secretAccessKey: 'secret-test',
    addUser,
    remove,
  }
}
