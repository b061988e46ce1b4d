import type { Wait } from '#domain/time/clock.ts'

/** Clients that go first: what nobody waits for rests now and then while they are served. */
export interface Courtesy {
  /** Whether anything is being served, or was a moment ago. */
  isBusy(): boolean
  readonly wait: Wait
}
