import type { SharedLease } from '#adapters/filesystem/lease/fence.ts'
import { realpath } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { errorOf, type ThreadAnswer, type StorageCall, type ThreadRequest } from './protocol.ts'

/** Threads that access a file storage with calls that block. */
export interface StorageThreads {
  /** Starts the threads if there are none (any more). */
  renew(): void
  /**
   * Makes a call in a thread. What a thread saw in one scope (an inventory) is not
   * reused in another. Rejects as storage does, and when the thread ends.
   * @param weight how many usual calls it is worth. Default 1.
   */
  ask<T>(call: StorageCall, scope: number, weight?: number): Promise<T>
  /** Ends the threads. Rejects calls under way. */
  close(): Promise<void>
}

export interface StorageThreadsOptions {
  /** The folder that holds `docker/registry/v2`. */
  readonly root: string
  readonly threads: number
  /** Whether all other work of the process has priority, if the platform supports that (Linux). */
  readonly lowPriority?: boolean
  /** How much goes in one message, which costs as much as a short call. Default: four calls. */
  readonly weightInMessage?: number
  /**
   * How long a thread may take for one message, in milliseconds, before another is started for what
   * waits. Unless given, all are started at once.
   */
  readonly slowMs?: number
  /**
   * With `slowMs`: how long all messages so far may have taken, in milliseconds, before there is a
   * thread for each processor. Default: without end.
   */
  readonly busyMs?: number
  /** The lease for removals. */
  readonly lease?: SharedLease
}

/** So that a thread has the next message when it ends one, and none has all of them. */
const messagesAtOnce = 2

/** The data that a thread starts with. */
export interface GivenToThread {
  readonly lowPriority: boolean
  readonly lease: SharedLease | undefined
}

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

interface Asked extends Pending {
  readonly call: StorageCall
  readonly scope: number
  readonly weight: number
}

interface Thread {
  readonly worker: Worker
  readonly pending: Map<number, readonly Pending[]>
  /** Since when it has been at work on a message: since it was given one, or was done with another. */
  sinceMs: number
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

/** @param onAnswer called with how long a message took, in milliseconds, once there is room for more */
function startThread(given: GivenToThread, onAnswer: (tookMs: number) => void): Thread {
  const worker = startWorker(given)
  const pending = new Map<number, readonly Pending[]>()
  let hasAnswered = false
  const thread: Thread = { worker, pending, sinceMs: performance.now() }
  const fail = (error: Error): void => {
    for (const calls of pending.values()) for (const call of calls) call.reject(error)
    pending.clear()
  }
  worker.on('message', ({ id, outcomes }: ThreadAnswer) => {
    // It had to start for the first.
    const tookMs = hasAnswered ? performance.now() - thread.sinceMs : 0
    hasAnswered = true
    thread.sinceMs = performance.now()
    const calls = pending.get(id) ?? []
    pending.delete(id)
    if (pending.size === 0) worker.unref()
    for (const [position, call] of calls.entries()) {
      const outcome = outcomes[position]
      if (outcome === undefined) call.reject(new Error('a storage thread left out an answer'))
      else if ('value' in outcome) call.resolve(outcome.value)
      else call.reject(errorOf(outcome))
    }
    onAnswer(tookMs)
  })
  worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', () => fail(new Error('a storage thread ended')))
  // An idle thread must not keep the process alive.
  worker.unref()
  return thread
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
  weightInMessage = 4,
  slowMs,
  busyMs = Infinity,
  lease,
}: StorageThreadsOptions): StorageThreads {
  let threads: Thread[] = []
  let requests = 0
  let waiting: Asked[] = []
  let isDealing = false
  let workedMs = 0

  function startOne(): void {
    const thread = startThread({ lowPriority, lease }, answered)
    threads.push(thread)
    thread.worker.once('exit', () => {
      threads = threads.filter((other) => other !== thread)
      deal()
    })
  }

  function start(): void {
    if (threads.length > 0) return
    const first = slowMs === undefined ? count : 1
    while (threads.length < first) startOne()
  }

  /** How many threads there may be after a message that took so long. */
  function threadsAfter(tookMs: number): number {
    if (slowMs === undefined || tookMs >= slowMs) return count
    return workedMs >= busyMs ? Math.min(count, availableParallelism()) : 1
  }

  function answered(tookMs: number): void {
    workedMs += tookMs
    if (waiting.length > 0 && threads.length < threadsAfter(tookMs)) startOne()
    deal()
  }

  function send(thread: Thread, asked: readonly Asked[], realRoot: string): void {
    requests += 1
    const request: ThreadRequest = {
      id: requests,
      root: realRoot,
      calls: asked.map(({ call, scope }) => ({ ...call, scope })),
    }
    if (thread.pending.size === 0) thread.sinceMs = performance.now()
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

  /** Where a message ends that begins with this of what waits: it has one call at least. */
  function endOfMessage(begin: number): number {
    let end = begin + 1
    let weight = waiting[begin]?.weight ?? 0
    for (; end < waiting.length; end += 1) {
      weight += waiting[end]?.weight ?? 0
      if (weight > weightInMessage) break
    }
    return end
  }

  /** Gives waiting calls to the least busy threads, a few at a time. */
  function dealTo(realRoot: string): void {
    if (threads.length === 0) rejectAll(new Error('a storage thread ended'))
    let position = 0
    for (let turn = 0; turn < messagesAtOnce; turn += 1) {
      for (const thread of threads) {
        if (position === waiting.length) break
        if (thread.pending.size > turn) continue
        const end = endOfMessage(position)
        send(thread, waiting.slice(position, end), realRoot)
        position = end
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
    ask: <T>(call: StorageCall, scope: number, weight = 1) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ call, scope, weight, resolve: resolve as Pending['resolve'], reject })
        deal()
      }),
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }
}
