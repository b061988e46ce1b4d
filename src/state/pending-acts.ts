import type { ActivityEvent } from './activity.ts'
import type { PushRecord } from './pushes.ts'

/** What storage shows if an act has happened that a crash kept from being recorded. */
export type Witness =
  /** The tag points there, and was linked at that moment or later (milliseconds since the epoch). */
  | {
      readonly kind: 'tag linked'
      readonly repository: string
      readonly tag: string
      readonly digest: string
      readonly sinceMs: number
    }
  /** The trash has the entry, in whatever state; or there is no such tag, where one was to be deleted. */
  | {
      readonly kind: 'deleted'
      readonly entryID: string
      readonly repository: string
      readonly tag: string | null
    }
  /** The trash has the entry no more, and the repository holds the manifest. */
  | {
      readonly kind: 'entry restored'
      readonly entryID: string
      readonly repository: string
      readonly digest: string
    }
  /** The trash has the entry no more, or holds it no longer. */
  | { readonly kind: 'entry given up'; readonly entryID: string }
  | { readonly kind: 'repository gone'; readonly repository: string }

/** An act on storage that is about to happen, and has to be recorded if it does. */
export interface PendingAct {
  /** Its id is the act's: recorded twice, it is there once. */
  readonly event: ActivityEvent
  readonly witness: Witness
  /** Who pushed a tag: recorded with the event. */
  readonly push: PushRecord | null
}

/** Acts on storage whose record is not complete: of a server that runs few, of one that died a handful. */
export interface PendingActs {
  add(acts: readonly PendingAct[]): Promise<void>
  /**
   * In one step: records the events, where they are not recorded yet, and the pushes, and forgets that
   * the acts were pending. They need not be as they were added.
   */
  complete(acts: readonly PendingAct[]): Promise<void>
  /** They have not happened. An unknown one is no error. */
  drop(ids: readonly string[]): Promise<void>
  /** In the order in which they were added. */
  all(): Promise<readonly PendingAct[]>
}
