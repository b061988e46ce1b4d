import type { DomainEvent } from '#domain/events/domain-event.ts'
import type { PushRecord } from './pushes.ts'

/** What storage shows if an act has happened that a crash kept from being recorded. */
export type Witness =
  /**
   * The tag points there, and was linked at that moment or later (milliseconds since the epoch).
   */
  | {
      readonly kind: 'tag linked'
      readonly repository: string
      readonly tag: string
      readonly digest: string
      readonly sinceMs: number
    }
  /**
   * The repository links the manifest or the blob, and did so at that moment or later (milliseconds
   * since the epoch).
   */
  | {
      readonly kind: 'linked'
      readonly repository: string
      readonly digest: string
      readonly sinceMs: number
    }
  /** The trash has the entry, in any state; or, for the deletion of a tag, there is no such tag. */
  | {
      readonly kind: 'deleted'
      readonly entryID: string
      readonly repository: string
      readonly tag: string | null
    }
  /** The trash no longer has the entry, and the repository holds the manifest. */
  | {
      readonly kind: 'entry restored'
      readonly entryID: string
      readonly repository: string
      readonly digest: string
    }
  /** The trash no longer has the entry, or no longer retains it. */
  | { readonly kind: 'entry given up'; readonly entryID: string }
  | { readonly kind: 'repository gone'; readonly repository: string }

/** An act on storage that is about to happen, and must be recorded if it does. */
export interface PendingAct {
  /** Its id belongs to the act: recorded twice, it exists once. */
  readonly event: DomainEvent
  readonly witness: Witness
  /** The push of a tag: recorded with the event. */
  readonly push: PushRecord | null
}

/**
 * Acts on storage whose record is not complete: a few on a running server, a handful after a crash.
 */
export interface PendingActs {
  add(acts: readonly PendingAct[]): Promise<void>
  /**
   * In one step: records the events that are not recorded yet, and the pushes, and removes the acts
   * from the pending ones. Their content may differ from what was added. Resolves to the events that
   * were not recorded yet, as `record` tells them.
   */
  complete(acts: readonly PendingAct[]): Promise<readonly DomainEvent[]>
  /** Removes acts that have not happened. An unknown one is no error. */
  drop(ids: readonly string[]): Promise<void>
  /** In the order in which they were added. */
  all(): Promise<readonly PendingAct[]>
}
