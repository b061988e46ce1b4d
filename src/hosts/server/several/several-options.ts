import type { OnLost } from '../lock-folder.ts'

/** What servers that share a folder, and those that share a bucket, have in common. */
export interface SeveralOptions {
  readonly databaseURL: string
  /** `the server on port 4400` */
  readonly what: string
  readonly onWait: (reason: string) => void
  readonly onLost: OnLost
  readonly onReach: (failure: { readonly message: string } | null) => void
  /** Tells of each part, once it is open, how to close it. */
  readonly opened: (close: () => Promise<void>) => void
}

/** A server is silent for so long before the others count it out. */
export const severalTimes = {
  lapseMs: 30_000,
  marginMs: 15_000,
  // A file system does what it was asked for at once, but a network may hold a request back.
  storeMs: 15 * 60_000,
  // As long as a push that rests is remembered, and longer than a request may be held back.
  listingMs: 3_600_000,
  // Of a network file system, whose clients look into folders again after a minute.
  lagMs: 2 * 60_000,
}

/** Who it is, for others that want the storage for themselves. */
export const joining = (what: string): string => `${what}, one of several`

/** A server that rests for longer within a transaction is frozen, and others wait for it. */
export const restMs = 10_000

export const onceCountedOut = 'it was silent for so long that the other servers go on without it'
