export const hourMs = 60 * 60 * 1000
export const dayMs = 24 * hourMs

/**
 * An instant so many days before `nowMs`, in working hours, so that times look as people leave
 * them. Of the last day: just that long ago.
 *
 * @param share which part of the working hours, from 0 to 1
 */
export function workingTime(nowMs: number, daysAgo: number, share: number): number {
  if (daysAgo < 1) return Math.round(nowMs - daysAgo * dayMs)
  const midnightMs = Math.floor((nowMs - daysAgo * dayMs) / dayMs) * dayMs
  const atMs = Math.round(midnightMs + (6.5 + 11 * share) * hourMs)
  return Math.min(atMs, nowMs - (0.5 + share) * hourMs)
}
