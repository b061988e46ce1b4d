/** Milliseconds since the epoch, as an instant on the wire. */
export const toInstant = (timeMs: number): string => new Date(timeMs).toISOString()

export const toInstantOrNull = (timeMs: number | null): string | null =>
  timeMs === null ? null : toInstant(timeMs)
