export interface Clock {
  nowMs(): number
}

/**
 * Yields to the host: resolves in a later task, so that neither the event loop nor a page hangs.
 */
export type Pause = () => Promise<void>

/** Resolves after about this many milliseconds: a timer of the host's. */
export type Wait = (milliseconds: number) => Promise<void>

/** The part of `AbortSignal` that a run needs. */
export interface StopSignal {
  readonly aborted: boolean
}

/** Whether what is waited for is no longer wanted: asked several times a second. */
export type IsGivenUp = () => boolean
