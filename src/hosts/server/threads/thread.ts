import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { createRepositoryReader } from '#registry/queries/graph/repository-reader.ts'
import { createStoreScanner } from '#registry/inventory/store-scanner.ts'
import { createBlockingDeleter } from '#adapters/filesystem/blocking-key-deleter.ts'
import { createBlockingObjectReader } from '#adapters/filesystem/blocking-object-reader.ts'
import { createDigester } from '#adapters/crypto-node/digester.ts'
import { checkOf } from '#adapters/filesystem/lease/fence.ts'
import { packContents } from './packed-contents.ts'
import { packOutcomes } from './packed-outcomes.ts'
import { packTagLinks } from './packed-tag-links.ts'
import type { GivenToThread } from './storage-threads.ts'
import {
  outcomeOf,
  type CallOutcome,
  type ScopedCall,
  type ThreadAnswer,
  type ThreadRequest,
} from './protocol.ts'

/* The code of a thread, which storage-threads.ts starts. */

const given = workerData as GivenToThread | null
const lease = given?.lease && checkOf(given.lease)

/** Keeps the object of the last scope, and makes another for the next. */
function perScope<T>(make: (request: ThreadRequest) => T) {
  let made: { readonly scope: number; readonly value: T } | null = null
  return ({ scope }: ScopedCall, request: ThreadRequest): T => {
    if (made?.scope !== scope) made = { scope, value: make(request) }
    return made.value
  }
}

const readsOf = perScope(({ root }) => {
  const objects = createBlockingObjectReader(root)
  return {
    ...createStoreScanner({ objects, scanner: objects }, createDigester),
    ...createRepositoryReader(objects, createDigester),
  }
})

/** @param startedMs when the thread began with the message that has the call */
async function resultOf(
  call: ScopedCall,
  request: ThreadRequest,
  startedMs: number,
): Promise<unknown> {
  if (call.method === 'deleteBatch') {
    const [keys, options] = call.args
    const deleteNow = createBlockingDeleter(request.root, lease)
    if (options.maximumMs === undefined) return packOutcomes(deleteNow(keys, options))
    // All calls of a message share the time: who waits for one waits for all.
    const maximumMs = options.maximumMs - (performance.now() - startedMs)
    return packOutcomes(deleteNow(keys, { ...options, maximumMs }))
  }
  const reads = readsOf(call, request)
  if (call.method === 'contentsOf') return reads.contentsOf(...call.args).then(packContents)
  if (call.method === 'tags') {
    return reads.tags(...call.args).then((links) => packTagLinks(call.args[1], links))
  }
  // The compiler cannot see that the arguments belong to the method beside them.
  return (reads[call.method] as (...all: unknown[]) => Promise<unknown>)(...call.args)
}

async function answer(request: ThreadRequest): Promise<ThreadAnswer> {
  const outcomes: CallOutcome[] = []
  const startedMs = performance.now()
  for (const call of request.calls) {
    try {
      outcomes.push({ value: await resultOf(call, request, startedMs) })
    } catch (error) {
      outcomes.push(outcomeOf(error))
    }
  }
  return { id: request.id, outcomes }
}

async function respond(request: ThreadRequest): Promise<void> {
  const answered = await answer(request)
  // A thread of our own process has no origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(answered)
}

/**
 * Gives requests of clients priority. Only Linux has a priority for a single thread; elsewhere this
 * would change that of the whole process.
 */
function lowerPriority(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // If a container forbids it, the thread has the same priority as the others.
  }
}

if (given?.lowPriority) lowerPriority()

parentPort?.on('message', (request: ThreadRequest) => void respond(request))
