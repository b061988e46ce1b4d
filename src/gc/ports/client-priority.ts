import type { Wait } from '#domain/time/clock.ts'

/** Lets requests of clients run first: background work rests now and then while they are served. */
export interface ClientPriority {
  /** Whether a request is being served, or was a moment ago. */
  isBusy(): boolean
  readonly wait: Wait
}
