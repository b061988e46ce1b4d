import type { Clock } from '#domain/time/clock.ts'
import { inSlices } from '#domain/values/in-slices.ts'

/** The number of uploads that each account has started and neither finished nor canceled. */
export interface UploadQuota {
  /**
   * Starts an upload by `start`, which resolves to an object with its id; null: the account has too
   * many.
   * @param isThere whether an upload of this repository goes on, for where another server may have
   *   ended it
   */
  beginUpload<T extends { readonly id: string }>(
    account: string,
    start: () => Promise<T>,
    isThere?: (id: string) => Promise<boolean>,
  ): Promise<T | null>
  /** The account continues the upload. */
  touchUpload(account: string, id: string): void
  /** The upload is finished, canceled or gone. An unknown one is no error. */
  endUpload(account: string, id: string): void
}

export interface UploadQuotaOptions {
  readonly clock: Clock
  /** Per account. Default 500, enough for some eighty clients that push at the same time. */
  readonly maximum?: number
  /** Whether uploads that begin here may end at another server. */
  readonly isShared?: boolean
}

interface Counted {
  readonly atMs: number
  readonly isThere: () => Promise<boolean>
}

/** Clients are told to wait for about as long. */
const lookedAgainMs = 10_000
const looksAtOnce = 20

/** An upload without activity for this long is abandoned: a collection will remove it. */
const leftBehindMs = 3_600_000

/**
 * Counts since the start of the process: earlier uploads count as abandoned. Each of several servers
 * counts what began there; an account that seems to have too many is looked at again, because other
 * servers may have ended some.
 */
export function createUploadQuota(options: UploadQuotaOptions): UploadQuota {
  const { clock, maximum = 500, isShared = false } = options
  const countedOf = new Map<string, Map<string | symbol, Counted>>()
  const lookedAtMs = new Map<string, number>()

  function openOf(account: string): Map<string | symbol, Counted> {
    const open = countedOf.get(account) ?? new Map<string | symbol, Counted>()
    const nowMs = clock.nowMs()
    for (const [id, { atMs }] of open) {
      // In the future: the clock was set back since.
      if (atMs > nowMs || nowMs - atMs >= leftBehindMs) open.delete(id)
    }
    countedOf.set(account, open)
    return open
  }

  /** Forgets what other servers have ended. Not with each refusal: it reads storage. */
  async function lookAgain(account: string, open: Map<string | symbol, Counted>): Promise<void> {
    const nowMs = clock.nowMs()
    if (Math.abs(nowMs - (lookedAtMs.get(account) ?? -Infinity)) < lookedAgainMs) return
    lookedAtMs.set(account, nowMs)
    for (const slice of inSlices([...open], looksAtOnce)) {
      await Promise.all(
        slice.map(async ([id, { isThere }]) => {
          if (!(await isThere())) open.delete(id)
        }),
      )
    }
  }

  return {
    async beginUpload(account, start, isThere = async () => true) {
      const open = openOf(account)
      if (open.size >= maximum && isShared) await lookAgain(account, open)
      if (open.size >= maximum) return null
      // Taken before the id is known: otherwise many concurrent starts would all find room.
      const place = Symbol(account)
      open.set(place, { atMs: clock.nowMs(), isThere: async () => true })
      try {
        const begun = await start()
        open.set(begun.id, { atMs: clock.nowMs(), isThere: () => isThere(begun.id) })
        return begun
      } finally {
        open.delete(place)
      }
    },

    touchUpload(account, id) {
      const open = countedOf.get(account)
      const counted = open?.get(id)
      if (counted) open?.set(id, { ...counted, atMs: clock.nowMs() })
    },

    endUpload(account, id) {
      countedOf.get(account)?.delete(id)
    },
  }
}
