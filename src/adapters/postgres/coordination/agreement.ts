import type { Key, ServerId } from './agreement-steps.ts'
import type { GateState } from './gate-table.ts'

/** What a server hears when it says that it lives. */
export interface Heard {
  readonly version: number
  readonly isCollecting: boolean
  /** How often each of the others has said so. */
  readonly others: readonly OtherServer[]
  /** What may still be changed by requests without an answer. */
  readonly unsettled: readonly number[]
  readonly gate: GateState
}

export interface OtherServer {
  readonly id: ServerId
  readonly beat: number
  readonly name: string
  /** What keeps it from writing once it is taken away; empty: nothing does. */
  readonly fence: string
}

/** What a server must know before it answers anything. */
export interface Loaded {
  readonly version: number
  readonly includesPushes: boolean
  /** All that is condemned, or worse. */
  readonly digests: readonly string[]
}

/** What a server that joins begins with. */
export interface Joined extends Loaded, Pick<Heard, 'gate'> {
  readonly server: ServerId
}

/** Everything that servers agree on about removals. Each call is one transaction. */
export interface Agreement {
  join(name: string, fence?: string): Promise<Joined>
  /** Null once the server has been counted out. */
  beat(server: ServerId): Promise<Heard | null>
  load(): Promise<Loaded>
  /** Pardons what the server has told of, and says that it has loaded a version. */
  acknowledge(server: ServerId, version: number, told: readonly string[]): Promise<void>
  /**
   * Ends the membership of a server, unless it has said since that it lives: with it its locks and
   * terms, and the collection that it leads.
   */
  countOut(server: ServerId, beat: number): Promise<boolean>
  /** The same for a server that ends, and answers nothing any more. */
  leave(server: ServerId): Promise<void>
  /** Resolves to what of the digests is being removed: that counts as absent. */
  pardon(server: ServerId, digests: readonly string[]): Promise<readonly Key[]>
  /** Null while something that it reaches is being removed. */
  intend(server: ServerId, reach: readonly string[]): Promise<number | null>
  /** The batches of those of the digests whose removal had no answer, and may still be done. */
  unsettled(digests: readonly string[]): Promise<readonly number[]>
  withdraw(intent: number): Promise<void>
  /** The act of these intents has ended: a listing shows what it wrote, sooner or later. */
  endIntents(intents: readonly number[]): Promise<void>
  /**
   * Forgets intents that are old, and those that ended so long ago that listings show what was
   * written for them.
   */
  forgetOldIntents(olderThanMs: number, endedBeforeMs?: number): Promise<void>
  /** The epoch of the collection that begins; null while another one goes on. */
  lead(server: ServerId, options: { readonly includesPushes: boolean }): Promise<number | null>
  /** The version to wait for; null if another collection has followed. */
  condemn(epoch: number, keys: readonly Key[]): Promise<number | null>
  notLoaded(version: number): Promise<readonly ServerId[]>
  /** Null if another collection has followed. */
  sentence(epoch: number, keys: readonly Key[]): Promise<Batch | null>
  /** @param unanswered those that the store may still remove */
  settle(batch: number, unanswered: readonly Key[]): Promise<void>
  endLead(epoch: number): Promise<void>
  /** So much time has passed that nothing of these batches can still be applied. */
  settleOld(batches: readonly number[]): Promise<void>
}

export interface Batch {
  readonly batch: number
  readonly keys: readonly Key[]
}
