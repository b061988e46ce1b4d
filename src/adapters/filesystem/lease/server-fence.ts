import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { MayWrite } from '#coordination/leadership.ts'
import { StoreError } from '#storage/errors.ts'
import { isAbsent, withStorageErrorsNow } from '../file-errors.ts'
import { isStillHeld, type SharedLease } from './fence.ts'
import { createLeaseDeadline, systemLeaseClock } from './lease-deadline.ts'
import { hasEnded, identifyProcess, type ProcessIdentity } from './process-identity.ts'

/*
 * Of several servers that write to one folder, each has a file there. Who counts a server out takes
 * its file away first: then that server, which looks for its file before each write, writes nothing
 * more, whatever its clocks and its connections say.
 */

/** A server, as its file describes it to people. */
export interface FencedServer {
  /** The name of its file. */
  readonly name: string
  /** `the server on port 4400 (process 12 on host build-3)` */
  readonly what: string
}

export interface ServerFence {
  readonly name: string
  readonly mayWrite: MayWrite
  /** For threads. */
  readonly shared: SharedLease
  /** It may write for so long from a moment on, by its own clocks. */
  extend(from: { readonly monotonicMs: number; readonly wallMs: number }, ms: number): void
  /** Ends it: nothing is written any more. */
  remove(): Promise<void>
}

export interface ServerFenceOptions {
  /** The folder of the files of all servers. It is made. */
  readonly folder: string
  /** `the server on port 4400` */
  readonly what: string
  /**
   * The time to write is over: extends it, if the other servers still count on this one. Rejects
   * if they may not.
   */
  readonly renew: () => Promise<void>
}

interface Written extends ProcessIdentity {
  readonly what: string
  /** Makes the file differ from every other. */
  readonly name: string
}

/** Null: it is only half written. */
function parse(text: string): Written | null {
  try {
    return JSON.parse(text) as Written
  } catch {
    return null
  }
}

const read = (folder: string, name: string): Promise<string | null> =>
  readFile(join(folder, name), 'utf8').catch((error: unknown) => {
    if (isAbsent(error)) return null
    throw error
  })

const describe = (server: Written | null): string =>
  server === null
    ? 'a server that is just starting'
    : `${server.what} (process ${server.pid} on ${server.host})`

/** The servers that have a file. */
export async function fencedServers(folder: string): Promise<readonly FencedServer[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isAbsent(error)) return []
    throw error
  })
  const servers = names.map(async (name) => {
    const text = await read(folder, name)
    return text === null ? [] : [{ name, what: describe(parse(text)) }]
  })
  return (await Promise.all(servers)).flat()
}

/** Whether the process of a server has certainly ended: then no one need wait for it. */
export async function hasServerEnded(folder: string, name: string): Promise<boolean> {
  const text = await read(folder, name)
  const server = text === null ? null : parse(text)
  return server !== null && hasEnded(server)
}

/** Keeps a server from writing. It may have gone already. */
export const takeFence = (folder: string, name: string): Promise<void> =>
  rm(join(folder, name), { force: true })

/** Makes the file of this server. It may write nothing before `extend`. */
export async function createServerFence(options: ServerFenceOptions): Promise<ServerFence> {
  const { folder, what, renew } = options
  const name = randomUUID()
  const path = join(folder, name)
  await mkdir(folder, { recursive: true })
  const written: Written = { what, name, ...identifyProcess() }
  const text = JSON.stringify(written)
  const file = await open(path, 'wx')
  try {
    await file.writeFile(text)
    await file.sync()
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
  const fence = { path, written: new TextEncoder().encode(text) }
  const deadline = createLeaseDeadline(systemLeaseClock)

  const isThere = (): boolean => withStorageErrorsNow(path, () => isStillHeld(fence))

  async function lookAgain(): Promise<void> {
    if (isThere()) {
      await renew()
      if (!deadline.isOver() && isThere()) return
    }
    throw new StoreError('NOT_HELD', path)
  }

  return {
    name,
    shared: { deadline: deadline.shared, fence },
    extend: deadline.extend,
    mayWrite(part) {
      if (deadline.isOver()) return lookAgain()
      if (part === 'part') return undefined
      try {
        return isThere() ? undefined : lookAgain()
      } catch (error) {
        return Promise.reject(error)
      }
    },
    async remove() {
      deadline.end()
      await rm(path, { force: true })
    },
  }
}
