import { realpath } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { InventoryReads } from '#registry/inventory-reads.ts'
import { unpackContents, type ContentsParcel } from './contents-parcel.ts'
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
  /** Makes use of what an earlier inventory has remembered of manifests. Default: yes. */
  readonly remembers?: boolean
  /** Whether all else that the process does goes first, where the platform can do that (Linux). */
  readonly goesLast?: boolean
}

/** Calls in one message: a message costs as much as a short call. */
const callsInMessage = 4
/** So that a thread has the next one when it is done with one, and none has all of what is asked. */
const messagesAtOnce = 2

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

interface Asked extends Pending {
  readonly call: ReadCall
  /** The inventory that it belongs to. */
  readonly inventory: number
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

/** What a thread reads is soon sent and forgotten: with more room it would only be forgotten later. */
const resourceLimits = { maxYoungGenerationSizeMb: 4 }

function startWorker(goesLast: boolean): Worker {
  // Nothing that the process was started with is meant for a thread.
  const execArgv: string[] = []
  if (import.meta.url.endsWith('.js')) {
    return new Worker(new URL('thread.js', import.meta.url), {
      execArgv,
      resourceLimits,
      workerData: { goesLast },
    })
  }
  const loader = import.meta.resolve('tsx/esm/api')
  const module = new URL('thread.ts', import.meta.url).href
  return new Worker(bootstrap, {
    eval: true,
    execArgv,
    resourceLimits,
    workerData: { goesLast, loader, module },
  })
}

/** @param onAnswer called when it has room for more */
function startThread(goesLast: boolean, onAnswer: () => void): Thread {
  const worker = startWorker(goesLast)
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
    onAnswer()
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
  remembers = true,
  goesLast = false,
}: ReadingPoolOptions): ReadingPool {
  let threads: Thread[] = []
  let inventories = 0
  let requests = 0
  let waiting: Asked[] = []
  let isDealing = false

  function start(): void {
    if (threads.length > 0) return
    threads = Array.from({ length: count }, () => startThread(goesLast, deal))
    for (const thread of threads) {
      thread.worker.once('exit', () => {
        threads = threads.filter((other) => other !== thread)
        deal()
      })
    }
  }

  function send(thread: Thread, asked: readonly Asked[], realRoot: string): void {
    requests += 1
    const request: ReadRequest = {
      id: requests,
      root: realRoot,
      remembers,
      calls: asked.map(({ call, inventory }) => ({ ...call, inventory })),
    }
    thread.pending.set(requests, asked)
    thread.worker.ref()
    // A thread of our own process has no origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    thread.worker.postMessage(request)
  }

  function rejectAll(error: Error): void {
    const asked = waiting
    waiting = []
    for (const { reject } of asked) reject(error)
  }

  /** Gives what waits to the threads that have least to do, a little at a time. */
  function dealTo(realRoot: string): void {
    if (threads.length === 0) rejectAll(new Error('a reading thread ended'))
    let position = 0
    for (let turn = 0; turn < messagesAtOnce; turn += 1) {
      for (const thread of threads) {
        if (position === waiting.length) break
        if (thread.pending.size > turn) continue
        send(thread, waiting.slice(position, position + callsInMessage), realRoot)
        position = Math.min(waiting.length, position + callsInMessage)
      }
    }
    waiting = waiting.slice(position)
  }

  function deal(): void {
    if (waiting.length > 0 && !isDealing) void dealSoon()
  }

  const realRootOnce = realpath(root)
  // Said by the first read that waits for it.
  realRootOnce.catch(() => {})

  /** Deals all that was asked in this turn of the event loop. */
  async function dealSoon(): Promise<void> {
    isDealing = true
    try {
      dealTo(await realRootOnce)
    } catch (error) {
      rejectAll(error as Error)
    } finally {
      isDealing = false
    }
  }

  function openReads(): InventoryReads {
    start()
    inventories += 1
    const inventory = inventories
    const ask = <T>(call: ReadCall): Promise<T> =>
      new Promise((resolve, reject) => {
        waiting.push({ call, inventory, resolve: resolve as Pending['resolve'], reject })
        deal()
      })
    return {
      blobFolders: () => ask({ method: 'blobFolders', args: [] }),
      blobsIn: (folder) => ask({ method: 'blobsIn', args: [folder] }),
      repositoryFolders: () => ask({ method: 'repositoryFolders', args: [] }),
      contentsOf: async (...args) =>
        unpackContents(await ask<ContentsParcel>({ method: 'contentsOf', args })),
      manifests: (...args) => ask({ method: 'manifests', args }),
      look: (...args) => ask({ method: 'look', args }),
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
