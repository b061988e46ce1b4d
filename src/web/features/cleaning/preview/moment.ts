import type { WireRetentionPreview } from '#contract/rules/retention.ts'
import { describeHere } from '#web/components/text/instants.ts'

type Times = Pick<WireRetentionPreview, 'at' | 'madeAt'>

const dayMs = 24 * 3_600_000
const soonMs = 30 * dayMs

/** What a preview can be for: the moment at which it is made, or another one. */
export const moments = { now: 'Now', soon: 'In 30 days', day: 'Another day…' } as const
export type Moment = keyof typeof moments

export const inThirtyDays = (nowMs: number): string => new Date(nowMs + soonMs).toISOString()

/** Two clocks, and the way between them, may differ by some hours. */
export function momentOf({ at, madeAt }: Times): Moment {
  const aheadMs = Date.parse(at) - Date.parse(madeAt)
  if (aheadMs === 0) return 'now'
  return Math.abs(aheadMs - soonMs) < dayMs / 2 ? 'soon' : 'day'
}

/** What a preview for another moment supposes; null: it is for now, and supposes nothing. */
export function supposition({ at, madeAt }: Times): string | null {
  const atMs = Date.parse(at)
  const aheadMs = atMs - Date.parse(madeAt)
  if (aheadMs === 0) return null
  return aheadMs > 0
    ? `As on ${describeHere(atMs)}, if nothing is pushed, pulled, moved or deleted before, and the same images run. A run before that takes some of it sooner.`
    : `As on ${describeHere(atMs)}, of what is stored today and by the rules of today. Pushes and pulls since then count as not known, and what was deleted since is not there.`
}
