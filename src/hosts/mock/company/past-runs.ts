import { defaultCollectionPolicy, type CollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { Fact } from '#domain/events/domain-event.ts'
import {
  collectionCodec,
  type CollectionJob,
} from '#services/jobs/kinds/collection/collection-codec.ts'
import type { LogLevel } from '#state/jobs.ts'
import type { State } from '#state/state.ts'
import { dayMs } from './calendar.ts'
import type { PastEvent } from './past-event.ts'
import {
  byHand,
  endings,
  firstDay,
  minuteMs,
  oftenSince,
  resultOf,
  runDays,
  timeLimitMinutes,
  type CollectedRegistry,
} from './run-figures.ts'

const people: readonly string[] = ['admin', 'jonas']

/** What the administrators decided. */
export const companyPolicy: CollectionPolicy = {
  ...defaultCollectionPolicy,
  timeLimitMinutes,
  trashRetentionHours: 14 * 24,
}

/** The weekdays of the runs, of today's point of view, as a schedule has them. */
function scheduleOf(nowMs: number, days: readonly number[]): string {
  const today = new Date(nowMs).getUTCDay()
  const weekdays = days.map((day) => (today - day + 7) % 7).toSorted((one, other) => one - other)
  return `1 * * ${weekdays.join(',')}`
}

export const companySchedule = (nowMs: number): string => scheduleOf(nowMs, [1, 3, 5])

function pastRun(place: number, registry: CollectedRegistry): CollectionJob {
  const { nowMs } = registry
  const day = runDays[place] ?? 0
  const ending = endings[day] ?? 'done'
  const isByHand = byHand.has(day)
  const atMidnightMs = Math.floor(nowMs / dayMs) * dayMs
  const startedAtMs =
    atMidnightMs - day * dayMs + 60 * minuteMs + (isByHand ? 12.3 * 60 * minuteMs : 0)
  const result = ending === 'failed' ? null : resultOf(place, ending, registry)
  const finishedAtMs = startedAtMs + (result?.gateClosedMs ?? 21_000) + 9_600
  return {
    id: `past-${String(place + 1).padStart(2, '0')}`,
    kind: collectionCodec.name,
    status: ending === 'failed' ? 'errored' : ending === 'stopped' ? 'canceled' : 'done',
    trigger: isByHand ? 'person' : 'schedule',
    actor: isByHand ? (people[place % 2] ?? null) : null,
    request: { planID: null, spareDeletedHours: null },
    scheduledAtMs: isByHand ? null : startedAtMs,
    startedAtMs,
    updatedAtMs: finishedAtMs,
    finishedAtMs,
    progress: null,
    result,
    error:
      ending === 'failed'
        ? 'nothing was deleted: the list of manifests of shop/web broke off (EIO: input/output error)'
        : null,
  }
}

/** More lines than fit on a screen: a person reads such a log by filter and search. */
function logOf(
  { startedAtMs, error, result }: CollectionJob,
  { nowMs, repositories }: CollectedRegistry,
) {
  const atMs = startedAtMs ?? nowMs
  const line = (nth: number, level: LogLevel, data: string) => ({
    timeMs: atMs + nth * 3,
    level,
    data,
  })
  const manifests = Array.from({ length: 1200 }, (_, nth) =>
    line(nth, 'debug', `marked manifest ${nth + 1} of ${repositories[nth % repositories.length]}`),
  )
  const { verification = null, skipped = 0, failures = [] } = result ?? {}
  return [
    ...manifests,
    ...(error === null ? [] : [line(1200, 'error', error)]),
    ...(skipped > 0
      ? [line(1201, 'warn', `${skipped} ${skipped === 1 ? 'step' : 'steps'} skipped: in use again`)]
      : []),
    ...failures.map(({ subject, reason }) => line(1202, 'error', `${subject}: ${reason}`)),
    ...(result ? [line(1203, 'info', `freed ${result.removed.bytes} bytes`)] : []),
    ...(verification
      ? [line(1204, 'info', `${verification.wholeTags} of ${verification.tags} tags verified`)]
      : []),
  ]
}

function eventsOf(job: CollectionJob): PastEvent[] {
  const { id, actor, status, error, result, trigger, startedAtMs, finishedAtMs } = job
  if (startedAtMs === null || finishedAtMs === null || status === 'running') return []
  const freedBytesByCause = Object.fromEntries(
    Object.entries(result?.byCause ?? {}).map(([cause, { bytes }]) => [cause, bytes]),
  )
  const run = {
    trigger,
    dryRun: false,
    tookMs: finishedAtMs - startedAtMs,
    freedBytesByCause,
    failures: result?.failures.length ?? 0,
  }
  const freedBytes = result?.removed.bytes ?? null
  return [
    {
      atMs: startedAtMs,
      actor,
      repository: null,
      fact: { kind: 'collection started', data: { jobID: id, dryRun: false, planID: null } },
    },
    ...(status === 'canceled'
      ? [
          {
            atMs: finishedAtMs - 4_000,
            actor: 'admin',
            repository: null,
            fact: { kind: 'collection stopped', data: { jobID: id } } as const,
          },
        ]
      : []),
    {
      atMs: finishedAtMs,
      actor: null,
      repository: null,
      fact: { kind: 'collection finished', data: { jobID: id, status, error, freedBytes, run } },
    },
  ]
}

function settingsEvents(nowMs: number): PastEvent[] {
  const atNoonMs = (daysAgo: number): number =>
    Math.floor(nowMs / dayMs - daysAgo) * dayMs + 12 * 60 * minuteMs
  const weekly = scheduleOf(nowMs, [1])
  const changes = (Object.keys(companyPolicy) as (keyof CollectionPolicy)[]).flatMap((field) => {
    const [before, after] = [defaultCollectionPolicy[field], companyPolicy[field]]
    return before === after ? [] : [{ field, before, after }]
  })
  const facts: readonly (readonly [daysAgo: number, fact: Fact])[] = [
    [firstDay + 2, { kind: 'schedule changed', data: { before: null, after: weekly } }],
    [firstDay + 1, { kind: 'policy changed', data: { changes } }],
    [
      oftenSince,
      { kind: 'schedule changed', data: { before: weekly, after: companySchedule(nowMs) } },
    ],
  ]
  return facts.map(([daysAgo, fact]) => ({
    atMs: atNoonMs(daysAgo),
    actor: 'admin',
    repository: null,
    fact,
  }))
}

/**
 * A year of collections, as the schedule and people would have left them. Resolves to what the
 * activity has of it.
 */
export async function recordPastRuns(
  { jobs, settings }: Pick<State, 'jobs' | 'settings'>,
  registry: CollectedRegistry,
): Promise<readonly PastEvent[]> {
  const { nowMs } = registry
  const events = settingsEvents(nowMs)
  for (const place of runDays.keys()) {
    const job = pastRun(place, registry)
    await jobs.save(job)
    if (place >= runDays.length - 8) await jobs.appendLog(job.id, logOf(job, registry))
    events.push(...eventsOf(job))
  }
  await settings.setPolicy(companyPolicy)
  await settings.setSchedule(collectionCodec.name, companySchedule(nowMs))
  await settings.setSchedulerSeenMs(collectionCodec.name, nowMs)
  return events
}
