import { realpath } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { errorOf, type ThreadAnswer, type StorageCall, type ThreadRequest } from './protocol.ts'

/** Threads that access a file storage with calls that block. */
export interface StorageThreads {
  /** Starts the threads if there are none (any more). */
  renew(): void
  /**
   * Makes a call in a thread. What a thread saw in one scope (an inventory, a collection) is not
   * reused in another. Rejects as storage does, and when the thread ends.
   */
  ask<T>(call: StorageCall, scope: number): Promise<T>
  /** Ends the threads. Rejects calls under way. */
  close(): Promise<void>
}

export interface StorageThreadsOptions {
  /** The folder that holds `docker/registry/v2`. */
  readonly root: string
  readonly threads: number
  /** Whether all other work of the process has priority, if the platform supports that (Linux). */
  readonly lowPriority?: boolean
  /** How many calls go in one message, which costs as much as a short call. Default 4. */
  readonly callsInMessage?: number
  /** The term of the lease for removals. */
  readonly term?: SharedArrayBuffer
}

/** So that a thread has the next message when it ends one, and none has all of them. */
const messagesAtOnce = 2

/** The data that a thread starts with. */
export interface GivenToThread {
  readonly lowPriority: boolean
  readonly term: SharedArrayBuffer | undefined
}

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

interface Asked extends Pending {
  readonly call: StorageCall
  readonly scope: number
}

interface Thread {
  readonly worker: Worker
  readonly pending: Map<number, readonly Pending[]>
}

/** Node loads TypeScript in a thread only if the thread itself requests it. */
const bootstrap = `
  const { workerData } = require('node:worker_threads')
  import(workerData.loader).then(({ register }) => { register(); return import(workerData.module) })
`

/** A thread's data is short-lived: a larger young generation would only delay its collection. */
const resourceLimits = { maxYoungGenerationSizeMb: 4 }

function startWorker(given: GivenToThread): Worker {
  // No option of the process is meant for a thread.
  const execArgv: string[] = []
  if (import.meta.url.endsWith('.js')) {
    return new Worker(new URL('thread.js', import.meta.url), {
      execArgv,
      resourceLimits,
      workerData: given,
    })
  }
  const loader = import.meta.resolve('tsx/esm/api')
  const module = new URL('thread.ts', import.meta.url).href
  return new Worker(bootstrap, {
    eval: true,
    execArgv,
    resourceLimits,
    workerData: { ...given, loader, module },
  })
}

/** @param onAnswer called when the thread has room for more */
function startThread(given: GivenToThread, onAnswer: () => void): Thread {
  const worker = startWorker(given)
  const pending = new Map<number, readonly Pending[]>()
  const fail = (error: Error): void => {
    for (const calls of pending.values()) for (const call of calls) call.reject(error)
    pending.clear()
  }
  worker.on('message', ({ id, outcomes }: ThreadAnswer) => {
    const calls = pending.get(id) ?? []
    pending.delete(id)
    if (pending.size === 0) worker.unref()
    for (const [position, call] of calls.entries()) {
      const outcome = outcomes[position]
      if (outcome === undefined) call.reject(new Error('a storage thread left out an answer'))
      else if ('value' in outcome) call.resolve(outcome.value)
      else call.reject(errorOf(outcome))
    }
    onAnswer()
  })
  worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', () => fail(new Error('a storage thread ended')))
  // An idle thread must not keep the process alive.
  worker.unref()
  return { worker, pending }
}

/**
 * The threads spare the one that serves requests, and use several processors. They stay after their
 * start, and keep no process alive. When the last one has died, all calls are rejected until
 * `renew`.
 */
export function createStorageThreads({
  root,
  threads: count,
  lowPriority = false,
  callsInMessage = 4,
  term,
}: StorageThreadsOptions): StorageThreads {
  let threads: Thread[] = []
  let requests = 0
  let waiting: Asked[] = []
  let isDealing = false

  function start(): void {
    if (threads.length > 0) return
    threads = Array.from({ length: count }, () => startThread({ lowPriority, term }, deal))
    for (const thread of threads) {
      thread.worker.once('exit', () => {
        threads = threads.filter((other) => other !== thread)
        deal()
      })
    }
  }

  function send(thread: Thread, asked: readonly Asked[], realRoot: string): void {
    requests += 1
    const request: ThreadRequest = {
      id: requests,
      root: realRoot,
      calls: asked.map(({ call, scope }) => ({ ...call, scope })),
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

  /** Gives waiting calls to the least busy threads, a few at a time. */
  function dealTo(realRoot: string): void {
    if (threads.length === 0) rejectAll(new Error('a storage thread ended'))
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
  // The first read that awaits it reports its error.
  realRootOnce.catch(() => {})

  /** Distributes all calls made in this turn of the event loop. */
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

  return {
    renew: start,
    ask: <T>(call: StorageCall, scope: number) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ call, scope, resolve: resolve as Pending['resolve'], reject })
        deal()
      }),
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }
}
