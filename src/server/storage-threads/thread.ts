import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import type { Awaitable } from '#domain/awaitable.ts'
import { createInventoryReads, type InventoryReads } from '#registry/inventory-reads.ts'
import { createBlockingReader } from '#adapters/node/blocking-reader.ts'
import { createDigester } from '#adapters/node/digester.ts'
import { packContents } from './contents-parcel.ts'
import {
  outcomeOf,
  type ReadAnswer,
  type ReadCall,
  type ReadOutcome,
  type ReadRequest,
} from './protocol.ts'

/* Runs in a thread of its own, which the pool (pool.ts) starts. */

function callOf(reads: InventoryReads, { method, args }: ReadCall): Awaitable<unknown> {
  if (method === 'contentsOf') return reads.contentsOf(...args).then(packContents)
  // The compiler does not see that the arguments are those of the method beside them.
  return (reads[method] as (...all: unknown[]) => Awaitable<unknown>)(...args)
}

let inventory = -1
let reads: InventoryReads | null = null

function readsOf(call: ReadRequest['calls'][number], { root, remembers }: ReadRequest) {
  if (reads === null || call.inventory !== inventory) {
    reads = createInventoryReads(createBlockingReader(root), createDigester, { remembers })
    inventory = call.inventory
  }
  return reads
}

async function answer(request: ReadRequest): Promise<ReadAnswer> {
  const outcomes: ReadOutcome[] = []
  for (const call of request.calls) {
    try {
      outcomes.push({ value: await callOf(readsOf(call, request), call) })
    } catch (error) {
      outcomes.push(outcomeOf(error))
    }
  }
  return { id: request.id, outcomes }
}

async function respond(request: ReadRequest): Promise<void> {
  const answered = await answer(request)
  // A thread of our own process has no origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(answered)
}

/*
 * What is served to clients goes first. Only Linux knows a priority of a single thread; elsewhere
 * this would be that of the whole process.
 */
if (workerData?.goesLast === true && process.platform === 'linux') {
  setPriority(constants.priority.PRIORITY_LOW)
}

parentPort?.on('message', (request: ReadRequest) => void respond(request))
