import { randomUUID } from 'node:crypto'
import { StoreError } from '#storage/errors.ts'
import type { Bucket } from './bucket.ts'
import { listPages, type FoundObject } from './list-pages.ts'
import { privatePrefix } from './listed-keys.ts'
import { getOutcome } from './reads.ts'
import { putBytes } from './writes.ts'

/**
 * Removals whose answer was lost. The store may still apply such a request, so that a client must
 * not be told that the object is there, and nothing may be written to its key, until the store
 * cannot sit on it any longer. What is about to be removed is written down in the bucket first:
 * also a server that starts after a crash knows what may still go.
 */
export interface UnsettledRemovals {
  /** Whether a removal of the key may still come. It counts as absent then. */
  isUnsettled(key: string): boolean
  /** Throws `StoreError` `UNSETTLED`. Call it before each write to a key. */
  assertSettled(key: string): void
  /** Writes down which keys are about to be removed; resolves to the key of what it wrote. */
  announce(keys: readonly string[]): Promise<string | null>
  /** There was no answer about these keys. */
  lost(keys: readonly string[]): void
  /**
   * All requests of a record were answered, or given up.
   *
   * @param isSettled whether each of its keys was answered: what was written down counts no longer
   */
  ended(record: string | null, isSettled: boolean): void
  /** Records that may be removed, each once, and at most so many. */
  takeFinished(maximum: number): readonly string[]
  /** Reads what an earlier process wrote down. */
  load(): Promise<void>
}

/** Of one server alone. Its removals are known to all who start after it. */
const recordsOfOne = `${privatePrefix}removals/`
/**
 * Of several servers, which know of each other's removals from their database. They count for a
 * server that has the bucket to itself afterwards.
 */
const recordsOfSeveral = `${privatePrefix}removals-of-several/`

/** More than the keys that are removed together. */
const maximumRecordBytes = 8 * 1024 * 1024

/** The keys below an upload have a name that is made up for it, and are never written again. */
const isOfUpload = (key: string): boolean => key.includes('/_uploads/')

interface FinishedRecord {
  readonly key: string
  readonly fromMs: number
}

export interface UnsettledOptions {
  /** Of a clock that never goes back. */
  readonly nowMs?: () => number
  /** Whether several servers agree on what is being removed. Default: this one is alone. */
  readonly isOfSeveral?: boolean
}

export function createUnsettledRemovals(
  bucket: Bucket,
  { nowMs = () => performance.now(), isOfSeveral = false }: UnsettledOptions = {},
): UnsettledRemovals {
  const { settlesMs, requestMs } = bucket.limits
  const untilMs = new Map<string, number>()
  const finished: FinishedRecord[] = []

  function isUnsettled(key: string): boolean {
    const until = untilMs.get(key)
    if (until === undefined) return false
    if (nowMs() < until) return true
    untilMs.delete(key)
    return false
  }

  function add(keys: Iterable<string>, forMs: number): void {
    const until = nowMs() + forMs
    for (const key of keys) untilMs.set(key, Math.max(until, untilMs.get(key) ?? 0))
  }

  async function loadRecord({ key, modifiedAtMs }: FoundObject): Promise<void> {
    const outcome = await getOutcome(bucket, key, maximumRecordBytes)
    if (outcome.kind === 'absent') return
    if (outcome.kind !== 'found') {
      const cause = new Error('what an earlier server was removing cannot be read')
      throw new StoreError('FAILED', key, { cause })
    }
    // Its request was sent soon after it was written, at the latest when an answer was given up.
    const lastSentMs = modifiedAtMs + bucket.clockLag.stampsLagMs() + requestMs
    const left = Math.min(settlesMs + requestMs, lastSentMs + settlesMs - Date.now())
    if (left > 0) add(new TextDecoder().decode(outcome.bytes).split('\n'), left)
    finished.push({ key, fromMs: nowMs() + Math.max(0, left) })
  }

  return {
    isUnsettled,

    assertSettled(key) {
      if (!isUnsettled(key)) return
      const seconds = Math.ceil(((untilMs.get(key) ?? 0) - nowMs()) / 1000)
      const cause = new Error(
        `the store never answered a request to remove it, and may still do so: try again in ${seconds} seconds`,
      )
      throw new StoreError('UNSETTLED', key, { cause })
    },

    async announce(keys) {
      const lasting = keys.filter((key) => !isOfUpload(key) && !key.startsWith(privatePrefix))
      if (lasting.length === 0) return null
      const record = `${isOfSeveral ? recordsOfSeveral : recordsOfOne}${randomUUID()}`
      await putBytes(bucket, record, new TextEncoder().encode(lasting.join('\n')))
      return record
    },

    lost: (keys) => add(keys, settlesMs),

    ended(record, isSettled) {
      if (record === null) return
      finished.push({ key: record, fromMs: nowMs() + (isSettled ? 0 : settlesMs) })
    },

    takeFinished(maximum) {
      const taken: string[] = []
      for (let at = finished.length - 1; at >= 0 && taken.length < maximum; at -= 1) {
        const record = finished[at]
        if (record === undefined || record.fromMs > nowMs()) continue
        finished.splice(at, 1)
        taken.push(record.key)
      }
      return taken
    },

    async load() {
      for (const prefix of isOfSeveral ? [recordsOfOne] : [recordsOfOne, recordsOfSeveral]) {
        for await (const { objects } of listPages(bucket, { prefix })) {
          for (const record of objects) await loadRecord(record)
        }
      }
    },
  }
}
