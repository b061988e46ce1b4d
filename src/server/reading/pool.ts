import { realpath } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { InventoryReads } from '#registry/inventory-reads.ts'
import { unpackManifest, type ManifestParcel } from './manifest-parcel.ts'
import { errorOf, type ReadAnswer, type ReadCall, type ReadRequest } from './protocol.ts'

export interface ReadingPool {
  /** The reads of a new inventory. */
  readonly openReads: () => InventoryReads
  /** Ends the threads. Reads under way are rejected. */
  close(): Promise<void>
}

export interface ReadingPoolOptions {
  /** The folder that holds `docker/registry/v2`. */
  readonly root: string
  /** Default: one for each processor but the one that serves, four at most. */
  readonly threads?: number
}

/** Calls in one message: few enough that all threads get some of what comes at a time. */
const callsInMessage = 32

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

interface Thread {
  readonly worker: Worker
  readonly pending: Map<number, readonly Pending[]>
}

/** Node loads TypeScript in a thread only when the thread itself asks for it. */
const bootstrap = `
  const { workerData } = require('node:worker_threads')
  import(workerData.loader).then(({ register }) => { register(); return import(workerData.module) })
`

function startWorker(): Worker {
  // Nothing that the process was started with is meant for a thread.
  const execArgv: string[] = []
  if (import.meta.url.endsWith('.js')) {
    return new Worker(new URL('thread.js', import.meta.url), { execArgv })
  }
  const loader = import.meta.resolve('tsx/esm/api')
  const module = new URL('thread.ts', import.meta.url).href
  return new Worker(bootstrap, { eval: true, execArgv, workerData: { loader, module } })
}

function startThread(): Thread {
  const worker = startWorker()
  const pending = new Map<number, readonly Pending[]>()
  const fail = (error: Error): void => {
    for (const calls of pending.values()) for (const call of calls) call.reject(error)
    pending.clear()
  }
  worker.on('message', ({ id, outcomes }: ReadAnswer) => {
    const calls = pending.get(id) ?? []
    pending.delete(id)
    if (pending.size === 0) worker.unref()
    for (const [position, call] of calls.entries()) {
      const outcome = outcomes[position]
      if (outcome === undefined) call.reject(new Error('a reading thread left out an answer'))
      else if ('value' in outcome) call.resolve(outcome.value)
      else call.reject(errorOf(outcome))
    }
  })
  worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', () => fail(new Error('a reading thread ended')))
  // Nothing asked of it keeps no process alive.
  worker.unref()
  return { worker, pending }
}

/**
 * Threads that read a file storage for collections, by calls that block: the thread which serves
 * requests is not held, and several processors read. They are started by the first inventory, and
 * stay. A thread that died is replaced by the next inventory; the present one ends with its error.
 */
export function createReadingPool({
  root,
  threads: count = Math.min(4, Math.max(1, availableParallelism() - 1)),
}: ReadingPoolOptions): ReadingPool {
  let threads: Thread[] = []
  let inventories = 0
  let requests = 0
  let next = 0
  const realRoot = realpath(root)
  // Said by the first read that waits for it.
  realRoot.catch(() => {})

  function start(): void {
    if (threads.length > 0) return
    threads = Array.from({ length: count }, startThread)
    for (const thread of threads) {
      thread.worker.once('exit', () => {
        threads = threads.filter((other) => other !== thread)
      })
    }
  }

  function openReads(): InventoryReads {
    start()
    inventories += 1
    const inventory = inventories
    let waiting: (Pending & { readonly call: ReadCall })[] = []

    function send(calls: typeof waiting, realPath: string): void {
      const thread = threads[(next += 1) % threads.length]
      if (thread === undefined) {
        for (const { reject } of calls) reject(new Error('a reading thread ended'))
        return
      }
      requests += 1
      const request: ReadRequest = {
        id: requests,
        root: realPath,
        inventory,
        calls: calls.map(({ call }) => call),
      }
      thread.pending.set(requests, calls)
      thread.worker.ref()
      // A thread of our own process has no origin.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      thread.worker.postMessage(request)
    }

    /** Sends all that was asked in this turn of the event loop. */
    async function flush(): Promise<void> {
      const calls = waiting
      try {
        const realPath = await realRoot
        waiting = []
        for (let at = 0; at < calls.length; at += callsInMessage) {
          send(calls.slice(at, at + callsInMessage), realPath)
        }
      } catch (error) {
        waiting = []
        for (const { reject } of calls) reject(error as Error)
      }
    }

    const ask = <T>(call: ReadCall): Promise<T> =>
      new Promise((resolve, reject) => {
        waiting.push({ call, resolve: resolve as Pending['resolve'], reject })
        if (waiting.length === 1) void flush()
      })

    return {
      blobFolders: () => ask({ method: 'blobFolders', args: [] }),
      blobsIn: (folder) => ask({ method: 'blobsIn', args: [folder] }),
      repositoryFolders: () => ask({ method: 'repositoryFolders', args: [] }),
      contentsOf: (folder) => ask({ method: 'contentsOf', args: [folder] }),
      manifest: async (...args) =>
        unpackManifest(await ask<ManifestParcel>({ method: 'manifest', args })),
      blob: (digest) => ask({ method: 'blob', args: [digest] }),
      linkedAtMs: (repository, digest) => ask({ method: 'linkedAtMs', args: [repository, digest] }),
    }
  }

  return {
    openReads,
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }
}
