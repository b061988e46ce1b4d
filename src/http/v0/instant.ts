/** Milliseconds since the epoch as an instant of the API. */
export const toInstant = (timeMs: number): string => new Date(timeMs).toISOString()

export const toInstantOrNull = (timeMs: number | null): string | null =>
  timeMs === null ? null : toInstant(timeMs)
