import { realpath } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { errorOf, type ThreadAnswer, type StorageCall, type ThreadRequest } from './protocol.ts'

/** Threads that get at a file storage by calls that block. */
export interface StorageThreads {
  /** Starts them, if there are none (any more). */
  renew(): void
  /**
   * Lets a thread do it. What was looked at for one scope (an inventory, a collection) is not relied
   * on in another. Rejects as storage does, and when the thread ends.
   */
  ask<T>(call: StorageCall, scope: number): Promise<T>
  /** Ends the threads. Calls under way are rejected. */
  close(): Promise<void>
}

export interface StorageThreadsOptions {
  /** The folder that holds `docker/registry/v2`. */
  readonly root: string
  readonly threads: number
  /** Whether all else that the process does goes first, where the platform can do that (Linux). */
  readonly lowPriority?: boolean
  /** How many calls go in one message, which costs as much as a short one of them. Default 4. */
  readonly callsInMessage?: number
  /** The term of the lease by which they remove. */
  readonly term?: SharedArrayBuffer
}

/** So that a thread has the next one when it is done with one, and none has all of what is asked. */
const messagesAtOnce = 2

/** What a thread is started with. */
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

/** Node loads TypeScript in a thread only when the thread itself asks for it. */
const bootstrap = `
  const { workerData } = require('node:worker_threads')
  import(workerData.loader).then(({ register }) => { register(); return import(workerData.module) })
`

/** What a thread reads is soon sent and forgotten: with more room it would only be forgotten later. */
const resourceLimits = { maxYoungGenerationSizeMb: 4 }

function startWorker(given: GivenToThread): Worker {
  // Nothing that the process was started with is meant for a thread.
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

/** @param onAnswer called when it has room for more */
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
  // Nothing asked of it keeps no process alive.
  worker.unref()
  return { worker, pending }
}

/**
 * The thread which serves requests is not held by them, and several processors may work. They stay
 * once they are started, and keep no process alive. When the last one has died, all is rejected
 * until they are renewed.
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

  /** Gives what waits to the threads that have least to do, a little at a time. */
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
