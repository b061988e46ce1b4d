import { missedText } from '#domain/events/detail-text.ts'
import type { EventData } from '#domain/events/event-data.ts'
import { ok, type Result } from '#domain/values/result.ts'
import { parseSchedule, type Schedule } from '#domain/schedule/cron-expression.ts'
import { describeSchedule } from '#domain/schedule/describe.ts'
import { nextRuns } from '#domain/schedule/next-runs.ts'
import type { LogLevel } from '#state/jobs.ts'
import type { MissedRuns } from '#state/settings.ts'
import { theServer, type Actor } from '../activity/actor.ts'
import type { JobKind, JobSchedule } from './job-kind.ts'
import type { JobRunner } from './job-runner.ts'
import { findDue, type DueRuns } from './due-runs.ts'
import { createSerialQueue } from '#coordination/serial-queue.ts'
import type { State } from '#state/state.ts'
import { createEventOf, type EventDeps } from '../activity/record-activity.ts'
import { writeAtomically } from '../full-disk/write-atomically.ts'

/** The schedule as it reads back; all null and no runs if there is none. */
export interface ScheduleView {
  /** Canonical: `@midnight` reads back as `0 * * *`. */
  readonly schedule: string | null
  readonly fields: {
    readonly hour: string
    readonly dayOfMonth: string
    readonly month: string
    readonly dayOfWeek: string
  } | null
  readonly description: string | null
  readonly nextRunsMs: readonly number[]
  /** Runs that did not start since the last one that did; null: none. */
  readonly missed: MissedRuns | null
}

/** What a tick did. The host logs it; the activity has skipped and missed runs. */
export type TickOutcome =
  | { readonly kind: 'nothing due' }
  | {
      readonly kind: 'started'
      readonly dueMs: number
      readonly jobID: string
      /** How long after the due time. */
      readonly lateMs: number
    }
  /** Due, but another job was running (or it could not start): not made up for later. */
  | { readonly kind: 'skipped'; readonly dueMs: number; readonly reason: string }
  /** Due while no server checked the schedule, oldest first: not made up for later. */
  | { readonly kind: 'missed'; readonly dueMs: readonly number[]; readonly reason: string }

/** Starts jobs of one kind by its schedule. */
export interface Scheduler {
  /**
   * Call it about every ten seconds. Fires a due instant at most once, also if the clock is set
   * back or the server is killed. A server that was only held up starts the last run that was due
   * within the hour before; a newly started one, a run of the minute before. Other past runs are
   * reported as missed and not made up for.
   */
  tick(nowMs: number): Promise<TickOutcome>
  /** Null: never. Refusals have code `INVALID_SCHEDULE` and name the field. */
  setSchedule(text: string | null, actor: Actor): Promise<Result<ScheduleView>>
  scheduleView(): Promise<ScheduleView>
}

export interface SchedulerDeps extends EventDeps {
  readonly state: State
  readonly jobs: Pick<JobRunner, 'startJob'>
  /** Whether other servers use the same state: each due run is then started by one of them. */
  readonly isShared?: boolean
  /** The host's log, for problems with the clock or the stored schedule. */
  readonly log: (level: LogLevel, message: string) => void
}

const shownRuns = 5

/** How often an instant without a due run is stored: each time costs a durable write. */
const rememberEveryMs = 60_000

const nothingDue: TickOutcome = { kind: 'nothing due' }

const never: ScheduleView = {
  schedule: null,
  fields: null,
  description: null,
  nextRunsMs: [],
  missed: null,
}

const viewOfSchedule = (schedule: Schedule, fromMs: number, count: number): ScheduleView => ({
  schedule: schedule.text,
  fields: schedule.fields,
  description: describeSchedule(schedule),
  nextRunsMs: nextRuns(schedule, fromMs, count),
  missed: null,
})

/** Whether what was found moves on what is stored. */
const isWorthStoring = (due: DueRuns, storedMs: number | null): boolean =>
  due.freshMs !== null ||
  due.missedMs.length > 0 ||
  due.clockWentBack ||
  storedMs === null ||
  due.seenMs - storedMs >= rememberEveryMs

/** What the scheduler needs of a kind of job. */
export type ScheduledKind = Pick<JobKind, 'name'> & { readonly schedule: JobSchedule }

export function createScheduler(deps: SchedulerDeps, kind: ScheduledKind): Scheduler {
  const { clock, log } = deps
  const { settings } = deps.state
  // Neither the next tick nor a change of the schedule overtakes a slow tick.
  const runSerially = createSerialQueue()
  let seenMs: number | null = null
  let rememberedMs: number | null = null
  /** When this process last checked; null: not yet. */
  let lookedMs: number | null = null

  async function recall(): Promise<void> {
    if (seenMs !== null) return
    seenMs = await settings.schedulerSeenMs(kind.name)
    rememberedMs = seenMs
  }

  async function remember(nowMs: number): Promise<void> {
    seenMs = nowMs
    rememberedMs = nowMs
    await settings.setSchedulerSeenMs(kind.name, nowMs)
  }

  /**
   * What is due and was taken by no other server: what all of them have followed the schedule up to
   * is read and moved on in one transaction.
   */
  async function claim(
    find: (seenMs: number | null) => DueRuns,
  ): Promise<{ readonly sinceMs: number | null; readonly due: DueRuns }> {
    const claimed = await deps.state.transaction(async (parts) => {
      const sinceMs = await parts.settings.schedulerSeenMs(kind.name)
      const due = find(sinceMs)
      if (isWorthStoring(due, sinceMs)) {
        await parts.settings.setSchedulerSeenMs(kind.name, due.seenMs)
      }
      return { sinceMs, due }
    })
    seenMs = claimed.due.seenMs
    rememberedMs = seenMs
    return claimed
  }

  async function tickInTurn(nowMs: number): Promise<TickOutcome> {
    await recall()
    const schedule = await readSchedule(deps, kind)
    const wasRunning = lookedMs !== null
    lookedMs = nowMs
    const find = (fromMs: number | null) => findDue(schedule, fromMs, nowMs, wasRunning)
    const found = { sinceMs: seenMs, due: find(seenMs) }
    if (found.due.seenMs === seenMs) return nothingDue
    seenMs = found.due.seenMs
    if (!isWorthStoring(found.due, rememberedMs)) return nothingDue
    // Before the start: after a kill in between, it does not run, rather than running twice.
    if (deps.isShared !== true) await remember(seenMs)
    const { sinceMs, due } = deps.isShared === true ? await claim(find) : found
    const { freshMs, missedMs, clockWentBack } = due
    if (clockWentBack) {
      log('warn', 'the clock was set back by more than a day: the schedule goes on from now')
    }
    if (missedMs.length === 0)
      return freshMs === null ? nothingDue : startDue(deps, kind, freshMs, nowMs)
    const cause = wasRunning ? 'held up' : 'not running'
    const reason = await recordMissed(deps, kind, missedMs, {
      cause,
      sinceMs: sinceMs ?? nowMs,
      untilMs: nowMs,
      message: null,
    })
    return freshMs === null
      ? { kind: 'missed', dueMs: missedMs, reason }
      : startDue(deps, kind, freshMs, nowMs)
  }

  return {
    tick: (nowMs) => runSerially(() => tickInTurn(nowMs)),

    setSchedule: (text, actor) =>
      runSerially(async () => {
        const parsed = text === null ? ok(null) : parseSchedule(text)
        if (!parsed.ok) return parsed
        const nowMs = clock.nowMs()
        await recall()
        // Instants of the new schedule before now are not due.
        await remember(Math.max(nowMs, seenMs ?? nowMs))
        const after = parsed.value?.text ?? null
        await deps.state.transaction(async (parts) => {
          const before = await parts.settings.schedule(kind.name)
          const fact = kind.schedule.changed(before, after)
          await parts.settings.setSchedule(kind.name, after)
          if ((await parts.settings.missedRuns(kind.name)) !== null) {
            await parts.settings.setMissedRuns(kind.name, null)
          }
          if (fact !== null) await parts.activity.record(createEventOf(deps, fact, actor))
        })
        return ok(parsed.value ? viewOfSchedule(parsed.value, nowMs, shownRuns) : never)
      }),

    async scheduleView() {
      const schedule = await readSchedule(deps, kind)
      if (!schedule) return never
      return {
        ...viewOfSchedule(schedule, clock.nowMs(), shownRuns),
        missed: await settings.missedRuns(kind.name),
      }
    },
  }
}

/** A preview of a schedule, without saving it. */
export function previewSchedule(text: string, fromMs: number, count: number): Result<ScheduleView> {
  const parsed = parseSchedule(text)
  return parsed.ok ? ok(viewOfSchedule(parsed.value, fromMs, count)) : parsed
}

async function readSchedule(
  { state, log }: SchedulerDeps,
  { name }: ScheduledKind,
): Promise<Schedule | null> {
  const text = await state.settings.schedule(name)
  if (text === null) return null
  const parsed = parseSchedule(text)
  if (parsed.ok) return parsed.value
  log('error', `the stored schedule "${text}" cannot be read: ${parsed.refusal.message}`)
  return null
}

async function recordMissed(
  deps: SchedulerDeps,
  kind: ScheduledKind,
  dueMs: readonly number[],
  why: Pick<MissedRuns, 'cause' | 'sinceMs' | 'untilMs' | 'message'>,
): Promise<string> {
  const { settings } = deps.state
  const [firstDueMs = 0] = dueMs
  const before = await settings.missedRuns(kind.name)
  const missed = {
    ...why,
    lastDueMs: dueMs.at(-1) ?? firstDueMs,
    count: dueMs.length + (before?.count ?? 0),
  }
  const data = { dueMs: firstDueMs, count: dueMs.length, why: whySkipped(missed) }
  const fact = kind.schedule.skipped(data)
  const event = fact && createEventOf(deps, fact, theServer)
  await writeAtomically(deps.state, async (parts) => {
    await parts.settings.setMissedRuns(kind.name, missed)
    if (event !== null) await parts.activity.record(event)
  })
  return missedText(data.why)
}

const whySkipped = ({
  cause,
  sinceMs,
  untilMs,
  message,
}: MissedRuns): EventData['collection skipped']['why'] =>
  cause === 'refused'
    ? { cause, message: message ?? 'it was refused' }
    : { cause, sinceMs, untilMs }

async function startDue(
  deps: SchedulerDeps,
  kind: ScheduledKind,
  dueMs: number,
  nowMs: number,
): Promise<TickOutcome> {
  const { settings } = deps.state
  const start = { trigger: 'schedule', actor: theServer, scheduledAtMs: dueMs } as const
  const started = await deps.jobs.startJob(kind.name, kind.schedule.request, start)
  if (started.ok) {
    if ((await settings.missedRuns(kind.name)) !== null) {
      await settings.setMissedRuns(kind.name, null)
    }
    return { kind: 'started', dueMs, jobID: started.value.job.id, lateMs: nowMs - dueMs }
  }
  const { message } = started.refusal
  const why = { cause: 'refused', sinceMs: dueMs, untilMs: nowMs, message } as const
  return { kind: 'skipped', dueMs, reason: await recordMissed(deps, kind, [dueMs], why) }
}
