import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setImmediate as endOfTurn, setTimeout as wait } from 'node:timers/promises'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { Leadership, LeadershipTerm } from '#coordination/leadership.ts'
import { StoreError } from '#storage/errors.ts'
import { at, type Bucket } from './bucket.ts'
import { privatePrefix } from './listed-keys.ts'
import { headObject } from './reads.ts'
import { calling, isAbsent, isConditionFailed, isRefused } from './s3-errors.ts'

export interface ServerLeaseOptions {
  readonly bucket: Bucket
  /** Describes the holder, for the person who is refused. */
  readonly what: string
  /**
   * A person says that the holder has ended for good. Nothing else can know it: a server that
   * answers no more may have been paused, and go on.
   */
  readonly takesOver: boolean
  /**
   * Names those that hold it together: each that says the same shares the lease, and takes it from
   * those of another name. Whoever gives it a name knows that they belong to one storage. Default:
   * one server alone holds it.
   */
  readonly sharedAs?: string
  readonly looksEveryMs?: number
  /** Calls `act` so often, until the returned function is called. Default: a timer. */
  readonly every?: (ms: number, act: () => void) => () => void
}

const leaseKey = `${privatePrefix}server`

/** What the object has. */
interface Written {
  readonly token: number
  /** Of one term of one process. */
  readonly id: string
  readonly holder: string
  readonly since: string
  readonly isReleased: boolean
  /** Several servers hold it together, under its id. */
  readonly isShared?: boolean
}

interface Seen {
  readonly written: Written
  readonly etag: string
}

const everyByTimer = (ms: number, act: () => void): (() => void) => {
  const timer = setInterval(act, ms).unref()
  return () => clearInterval(timer)
}

function parse(text: string): Written | null {
  try {
    const { token, id, holder, since, isReleased, isShared } = JSON.parse(text) as Partial<Written>
    if (!Number.isSafeInteger(token) || typeof id !== 'string') return null
    if (typeof holder !== 'string' || typeof since !== 'string') return null
    return {
      token: token ?? 0,
      id,
      holder,
      since,
      isReleased: isReleased === true,
      ...(isShared === true && { isShared }),
    }
  } catch {
    return null
  }
}

/** Null where no server has ever written one. */
async function read(bucket: Bucket): Promise<Seen | null> {
  return await calling(bucket, leaseKey, 's3:GetObject', async () => {
    try {
      const answer = await bucket.client.send(new GetObjectCommand(at(bucket, leaseKey)))
      const written = parse((await answer.Body?.transformToString()) ?? '')
      if (written === null) {
        const cause = new Error(`other software has written ${bucket.prefix}${leaseKey}`)
        throw new StoreError('FAILED', leaseKey, { cause })
      }
      return { written, etag: answer.ETag ?? '' }
    } catch (error) {
      if (isAbsent(error)) return null
      throw error
    }
  })
}

/** The server that writes to a bucket now, for a person; null: none does. */
export async function holderOf(bucket: Bucket): Promise<string | null> {
  const seen = await read(bucket)
  return seen === null || seen.written.isReleased ? null : heldBy(seen.written)
}

/** The same of one server alone, beside which several may not begin. */
export async function soleHolderOf(bucket: Bucket): Promise<string | null> {
  const seen = await read(bucket)
  const isAlone = seen !== null && !seen.written.isReleased && seen.written.isShared !== true
  return isAlone ? heldBy(seen.written) : null
}

const heldBy = ({ holder, since }: Written): string => `${holder}, since ${since}`

/** How often a write is tried again whose answer does not tell. */
const attempts = 4

/** Writes it in the place of what was seen. Null where another has written since. */
async function replace(bucket: Bucket, seen: Seen | null, written: Written): Promise<Seen | null> {
  const Body = JSON.stringify(written)
  const condition = seen
    ? { IfMatch: bucket.conditionOf(seen.etag) }
    : { IfNoneMatch: '*' as const }
  return await calling(bucket, leaseKey, 's3:PutObject', async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const put = new PutObjectCommand({ ...at(bucket, leaseKey), Body, ...condition })
        const { ETag = '' } = await bucket.once.send(put)
        return { written, etag: ETag }
      } catch (error) {
        const now = await read(bucket)
        if (now?.written.id === written.id && now.written.isReleased === written.isReleased) {
          return now
        }
        if (isConditionFailed(error)) return null
        if (isRefused(error) || attempt === attempts) throw error
        await wait(Math.random() * 100 * 2 ** attempt)
      }
    }
  })
}

function begin(
  { bucket, what, looksEveryMs = 30_000, every = everyByTimer }: ServerLeaseOptions,
  own: Seen,
) {
  const losing = new AbortController()
  const lost = losing.signal
  let isReleased = false
  let asking: Promise<void> = Promise.resolve()
  /** Has not begun: who asks now may share it. */
  let next: Promise<void> | null = null

  async function lookOnce(): Promise<void> {
    const head = await headObject(bucket, leaseKey)
    if (lost.aborted || isReleased || head?.etag === own.etag) return
    const now = await read(bucket)
    stop()
    losing.abort(
      now === null
        ? `its lease ${bucket.prefix}${leaseKey} is gone`
        : `${now.written.holder} has taken over its bucket`,
    )
  }

  async function lookNext(): Promise<void> {
    await asking.catch(() => {})
    await endOfTurn()
    next = null
    asking = lookOnce()
    await asking
  }

  /** Many changes at the same time share a look, which began after the last of them had asked. */
  const look = (): Promise<void> => (next ??= lookNext())

  const stop = every(looksEveryMs, () => void look().catch(() => {}))

  const term: LeadershipTerm = {
    token: own.written.token,
    isHeld: () => !isReleased && !lost.aborted,
    lost,
    async mayWrite() {
      if (!isReleased && !lost.aborted) await look()
      if (isReleased || lost.aborted) throw new StoreError('NOT_HELD', what)
    },
    async release() {
      if (isReleased) return
      isReleased = true
      stop()
      // Written, not removed: a removal that comes late would take the next one's. Those who share it
      // cannot know whether they are the last.
      if (!lost.aborted && own.written.isShared !== true)
        await replace(bucket, own, { ...own.written, isReleased: true })
    },
  }
  return term
}

/**
 * Lets one server at a time change what is in a bucket. The lease is an object, which never expires
 * by itself: no clock can tell a server that died from one that sleeps.
 */
export function createServerLease(options: ServerLeaseOptions): Leadership {
  const { bucket, what, takesOver, sharedAs } = options
  const mayReplace = ({ isReleased, isShared = false }: Written): boolean =>
    isReleased || takesOver || (sharedAs !== undefined && isShared)
  return {
    async acquire() {
      for (;;) {
        const seen = await read(bucket)
        const isOurs = seen?.written.isShared === true && seen.written.id === sharedAs
        if (seen && isOurs) return { ok: true, term: begin(options, seen) }
        if (seen && !mayReplace(seen.written)) return { ok: false, holder: heldBy(seen.written) }
        const own = await replace(bucket, seen, {
          token: (seen?.written.token ?? 0) + 1,
          id: sharedAs ?? randomUUID(),
          holder:
            sharedAs === undefined
              ? `${what} (process ${process.pid} on host ${hostname()})`
              : 'several servers that agree in a database',
          since: new Date().toISOString(),
          isReleased: false,
          ...(sharedAs !== undefined && { isShared: true }),
        })
        if (own) return { ok: true, term: begin(options, own) }
      }
    },
  }
}
