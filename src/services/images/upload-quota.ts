import type { Clock } from '#domain/time/clock.ts'

/** The number of uploads that each account has started and neither finished nor canceled. */
export interface UploadQuota {
  /**
   * Starts an upload by `start`, which resolves to an object with its id; null: the account has too
   * many.
   */
  beginUpload<T extends { readonly id: string }>(
    account: string,
    start: () => Promise<T>,
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
}

/** An upload without activity for this long is abandoned: a collection will remove it. */
const leftBehindMs = 3_600_000

/** Counts since the start of the process: earlier uploads count as abandoned. */
export function createUploadQuota({ clock, maximum = 500 }: UploadQuotaOptions): UploadQuota {
  const touchedMs = new Map<string, Map<string | symbol, number>>()

  function openOf(account: string): Map<string | symbol, number> {
    const open = touchedMs.get(account) ?? new Map<string | symbol, number>()
    const nowMs = clock.nowMs()
    for (const [id, atMs] of open) {
      // In the future: the clock was set back since.
      if (atMs > nowMs || nowMs - atMs >= leftBehindMs) open.delete(id)
    }
    touchedMs.set(account, open)
    return open
  }

  return {
    async beginUpload(account, start) {
      const open = openOf(account)
      if (open.size >= maximum) return null
      // Taken before the id is known: otherwise many concurrent starts would all find room.
      const place = Symbol(account)
      open.set(place, clock.nowMs())
      try {
        const begun = await start()
        open.set(begun.id, clock.nowMs())
        return begun
      } finally {
        open.delete(place)
      }
    },

    touchUpload(account, id) {
      const open = touchedMs.get(account)
      if (open?.has(id)) open.set(id, clock.nowMs())
    },

    endUpload(account, id) {
      touchedMs.get(account)?.delete(id)
    },
  }
}
