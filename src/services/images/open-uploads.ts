import type { Clock } from '#domain/time/clock.ts'

/** How many uploads each account has begun and neither finished nor canceled. */
export interface OpenUploads {
  /** Begins one by `start`, which resolves to something with its id; null: the account has too many. */
  beginUpload<T extends { readonly id: string }>(
    account: string,
    start: () => Promise<T>,
  ): Promise<T | null>
  /** The account goes on with it. */
  touchUpload(account: string, id: string): void
  /** It is finished, canceled or gone. One that is not known is no error. */
  endUpload(account: string, id: string): void
}

export interface OpenUploadsOptions {
  readonly clock: Clock
  /** Per account. Default 500, which is some eighty clients that push at the same time. */
  readonly maximum?: number
}

/** One that nobody went on with for so long is left behind: a collection will see to it. */
const leftBehindMs = 3_600_000

/** Counts since the process started: what was open before it is as good as left behind. */
export function createOpenUploads({ clock, maximum = 500 }: OpenUploadsOptions): OpenUploads {
  const touchedMs = new Map<string, Map<string | symbol, number>>()

  function openOf(account: string): Map<string | symbol, number> {
    const open = touchedMs.get(account) ?? new Map<string | symbol, number>()
    const nowMs = clock.nowMs()
    for (const [id, atMs] of open) {
      // From the future: the clock was set back since.
      if (atMs > nowMs || nowMs - atMs >= leftBehindMs) open.delete(id)
    }
    touchedMs.set(account, open)
    return open
  }

  return {
    async beginUpload(account, start) {
      const open = openOf(account)
      if (open.size >= maximum) return null
      // Taken before the id is known, or else many that begin at once would all find room.
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
