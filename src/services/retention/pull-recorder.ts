import type { RecordedPulls } from '#domain/retention/facts.ts'
import type { PullSettings } from '#domain/policy/retention-settings.ts'
import type { Clock, Pause } from '#domain/time/clock.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import type { PullCount } from '#state/pulls.ts'
import type { State } from '#state/state.ts'
import { getRetentionSettings, type RetentionSettingsDeps } from './settings.ts'

/** A request for a manifest that was answered. */
export interface Pull {
  readonly repository: string
  /** Null: it was pulled by its digest. */
  readonly tag: string | null
  readonly digest: string
  readonly by: string | null
  readonly userAgent: string
  readonly isHead: boolean
}

/** What was seen of the pulls by one reference. */
export interface PullView {
  readonly lastAtMs: number
  readonly lastBy: string | null
  readonly pulls: number
}

export interface SeenPulls {
  /** Null: they are not recorded. */
  readonly sinceMs: number | null
  /** By tag or digest. */
  readonly of: ReadonlyMap<string, PullView>
}

/** Records who pulls what, so that a pull costs next to nothing. */
export interface PullRecorder {
  /** Before the first pull is answered. After a crash, what was pulled before is not known whole. */
  begin(): Promise<void>
  pulled(pull: Pull): void
  /** Stores what was counted. Call it about every ten seconds. What cannot be stored is kept. */
  flush(): Promise<void>
  /** After the last pull was answered. */
  end(): Promise<void>
  /** Of a repository, with what is not stored yet; counts of the last thirty days. */
  seen(repository: string, references: readonly string[] | null): Promise<SeenPulls>
  /** The last pull by any of these references. Cheap, for a last look before a removal. */
  lastPulled(repository: string, references: readonly string[]): Promise<number | null>
  /** In the form of rules. */
  recorded(repository: string): Promise<RecordedPulls>
  /** Applies what the settings say of pulls from now on. */
  settingsChanged(before: PullSettings, after: PullSettings): Promise<void>
}

export interface PullRecorderDeps extends RetentionSettingsDeps {
  readonly state: RetentionSettingsDeps['state'] & Pick<State, 'pulls' | 'transaction'>
  readonly clock: Clock
  readonly pause: Pause
  readonly createId: () => string
  /** Whether other processes may record into the same state. */
  readonly isShared: boolean
}

/** References that are read in one turn of the event loop. */
const referencesAtOnce = 2000

type StoredPulls = Pick<State['pulls'], 'recording' | 'lastPulls'>

/** In turns: a repository may have very many. */
async function lastStored(
  pulls: StoredPulls,
  repository: string,
  pause: Pause,
): Promise<Map<string, number>> {
  const last = new Map<string, number>()
  for (let after: string | null = null; ;) {
    const page = await pulls.lastPulls(repository, after, referencesAtOnce)
    for (const { reference, lastAtMs } of page) last.set(reference, lastAtMs)
    after = page.at(-1)?.reference ?? null
    if (page.length < referencesAtOnce) return last
    await pause()
  }
}

function recordedBy(sinceMs: number | null, last: ReadonlyMap<string, number>): RecordedPulls {
  const of = (reference: string) => last.get(reference) ?? null
  return { sinceMs, lastOfDigest: of, lastOfTag: of }
}

/**
 * What is stored of the pulls of a repository, for a look from outside of the process that records
 * them. Whether that has lost some is for its next start to find out.
 */
export async function readStoredPulls(
  { pulls }: { readonly pulls: StoredPulls },
  repository: string,
  pause: Pause,
): Promise<RecordedPulls> {
  const recording = await pulls.recording()
  return recordedBy(recording?.sinceMs ?? null, await lastStored(pulls, repository, pause))
}

const dayMs = 24 * 3_600_000
const keptDays = 400
const shownDays = 30
/** Rows of one transaction: the event loop is free in between. */
const rowsAtOnce = 250

const dayOf = (atMs: number): number => Math.floor(atMs / dayMs)

const lacks = (list: readonly string[], other: readonly string[]): boolean =>
  list.some((one) => !other.includes(one))

/** Whether more counts as a pull than before: then the past is not known in that sense. */
function isBroader(before: PullSettings, after: PullSettings): boolean {
  return (
    (after.headCounts && !before.headCounts) ||
    lacks(before.ignoredAccounts, after.ignoredAccounts) ||
    lacks(before.ignoredUserAgents, after.ignoredUserAgents)
  )
}

function countsFor({ by, userAgent, isHead }: Pull, settings: PullSettings): boolean {
  if (isHead && !settings.headCounts) return false
  if (by !== null && settings.ignoredAccounts.includes(by)) return false
  const agent = userAgent.toLowerCase()
  return !settings.ignoredUserAgents.some((part) => agent.includes(part.toLowerCase()))
}

export function createPullRecorder(deps: PullRecorderDeps): PullRecorder {
  const { clock, pause, isShared } = deps
  const mark = deps.createId()
  const { pulls } = deps.state
  /** By repository, reference and day. */
  let waiting = new Map<string, PullCount>()
  /** Null: not begun. */
  let settings: PullSettings | null = null
  let flushing: Promise<void> = Promise.resolve()
  let forgottenDay = 0

  function add(repository: string, reference: string, by: string | null): void {
    const nowMs = clock.nowMs()
    const day = dayOf(nowMs)
    const key = `${day} ${repository} ${reference}`
    const before = waiting.get(key)
    const lastAtMs = Math.max(nowMs, before?.lastAtMs ?? nowMs)
    const pullsOfDay = (before?.pulls ?? 0) + 1
    waiting.set(key, { repository, reference, day, pulls: pullsOfDay, lastAtMs, lastBy: by })
  }

  /** Back among those that wait, unless newer ones were counted since. */
  function putBack(counts: readonly PullCount[]): void {
    for (const count of counts) {
      const key = `${count.day} ${count.repository} ${count.reference}`
      const newer = waiting.get(key)
      waiting.set(key, newer === undefined ? count : { ...newer, pulls: newer.pulls + count.pulls })
    }
  }

  async function store(): Promise<void> {
    const counts = [...waiting.values()]
    waiting = new Map()
    let stored = 0
    try {
      for (const slice of inSlices(counts, rowsAtOnce)) {
        await pulls.add(slice)
        stored += slice.length
        await pause()
      }
    } catch (error) {
      putBack(counts.slice(stored))
      throw error
    }
    const first = dayOf(clock.nowMs()) - keptDays
    if (first > forgottenDay) {
      await pulls.forgetDaysBefore(first)
      forgottenDay = first
    }
  }

  const flush = (): Promise<void> => {
    const next = flushing.then(store)
    flushing = next.catch(() => {})
    return next.then(readSettings)
  }

  /** Another process may have changed them. */
  async function readSettings(): Promise<void> {
    const present = (await getRetentionSettings(deps)).pulls
    settings &&= present
  }

  async function seen(
    repository: string,
    references: readonly string[] | null,
  ): Promise<SeenPulls> {
    // What is being stored is in neither place for a moment.
    await flushing
    const recording = await pulls.recording()
    const fromDay = dayOf(clock.nowMs()) - shownDays
    const of = new Map<string, PullView>()
    for (const { reference, ...view } of await pulls.summaries(repository, references, fromDay)) {
      of.set(reference, view)
    }
    for (const count of waiting.values()) {
      if (count.repository !== repository) continue
      const before = of.get(count.reference)
      of.set(count.reference, {
        lastAtMs: Math.max(count.lastAtMs, before?.lastAtMs ?? 0),
        lastBy: count.lastBy,
        pulls: count.pulls + (before?.pulls ?? 0),
      })
    }
    return { sinceMs: settings === null ? null : (recording?.sinceMs ?? null), of }
  }

  return {
    async begin() {
      settings = (await getRetentionSettings(deps)).pulls
      await deps.state.transaction(async (parts) => {
        const before = await parts.pulls.recording()
        const others = before?.openBy ?? []
        // One that recorded did not end, or does not say whether it will.
        const sinceMs = before === null || others.length > 0 ? clock.nowMs() : before.sinceMs
        await parts.pulls.setRecording({ sinceMs, openBy: [...(isShared ? others : []), mark] })
      })
    },
    pulled(pull) {
      if (settings === null || !countsFor(pull, settings)) return
      add(pull.repository, pull.digest, pull.by)
      if (pull.tag !== null) add(pull.repository, pull.tag, pull.by)
    },
    flush,
    async end() {
      await flush()
      if (settings === null) return
      settings = null
      await deps.state.transaction(async (parts) => {
        const before = await parts.pulls.recording()
        const openBy = before?.openBy.filter((one) => one !== mark) ?? []
        if (before !== null) await parts.pulls.setRecording({ ...before, openBy })
      })
    },
    seen,
    async lastPulled(repository, references) {
      await flushing
      const stored = await pulls.lastOf(repository, references)
      let last = stored ?? -Infinity
      for (const count of waiting.values()) {
        const isIt = count.repository === repository && references.includes(count.reference)
        if (isIt) last = Math.max(last, count.lastAtMs)
      }
      return last === -Infinity ? null : last
    },
    async recorded(repository) {
      await flushing
      const sinceMs = settings === null ? null : ((await pulls.recording())?.sinceMs ?? null)
      // Also those that are stored while the pages are read, of which theirs may be over.
      const before = [...waiting.values()]
      const last = await lastStored(pulls, repository, pause)
      for (const count of [...before, ...waiting.values()]) {
        if (count.repository !== repository) continue
        const known = last.get(count.reference) ?? -Infinity
        last.set(count.reference, Math.max(known, count.lastAtMs))
      }
      return recordedBy(sinceMs, last)
    },
    async settingsChanged(before, after) {
      settings = settings && after
      if (settings === null || !isBroader(before, after)) return
      await deps.state.transaction(async (parts) => {
        const recording = await parts.pulls.recording()
        const openBy = recording?.openBy ?? [mark]
        await parts.pulls.setRecording({ sinceMs: clock.nowMs(), openBy })
      })
    },
  }
}
