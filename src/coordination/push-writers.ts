import { createChangeSignal } from './change-signal.ts'
import type { GatePass, GateRequest } from './push-gate.ts'
import type { Clock } from '#domain/time/clock.ts'

/** The writes inside the push gate, and the repositories with a running push. */
export interface Writers {
  admit(write: GateRequest): Omit<GatePass, 'entered'>
  /**
   * Whether a write is inside for the repository, or uploaded to it and has yet to commit a
   * manifest.
   */
  underWayIn(repository: string): boolean
  underWay(): boolean
  repositoriesUnderWay(): readonly string[]
  /** A manifest is being committed right now. */
  committing(): boolean
  /** Resolves when a write leaves. */
  changed(): Promise<void>
}

/** How the bytes of a write come in. */
interface Flow {
  isAwaited: boolean
  /** The bytes that have come since then; the count starts again after each `flowingBytes`. */
  bytes: number
  sinceMs: number
  gotMs: number
}

interface Activity {
  readonly inside: Set<Flow>
  /** Uploaded, but not committed by tag yet. */
  unfinished: boolean
  lastCallMs: number
}

/**
 * A collection does not wait for an upload that brings fewer bytes than this in the idle time: the
 * client can continue it afterwards, and nothing of it is deleted. 13 kB/s with the default of five
 * seconds.
 */
const flowingBytes = 64 * 1024

/** Above this many repositories, those whose pushes have ended are dropped. */
const manyRepositories = 256

export function createWriters(clock: Clock, idleMs: number): Writers {
  const activities = new Map<string, Activity>()
  let commits = 0
  const left = createChangeSignal()

  const flows = ({ isAwaited, sinceMs }: Flow): boolean =>
    !isAwaited || clock.nowMs() - sinceMs < idleMs

  const isUnderWay = ({ inside, unfinished, lastCallMs }: Activity): boolean =>
    [...inside].some(flows) || (unfinished && clock.nowMs() - lastCallMs < idleMs)

  function activityOf(repository: string): Activity {
    if (activities.size >= manyRepositories) {
      for (const [name, activity] of activities) {
        if (!isUnderWay(activity) && activity.inside.size === 0) activities.delete(name)
      }
    }
    const known = activities.get(repository)
    if (known) return known
    const begun = { inside: new Set<Flow>(), unfinished: false, lastCallMs: clock.nowMs() }
    activities.set(repository, begun)
    return begun
  }

  return {
    admit({ repository, step, reference = 'tag' }) {
      const activity = activityOf(repository)
      const nowMs = clock.nowMs()
      const flow: Flow = { isAwaited: false, bytes: 0, sinceMs: nowMs, gotMs: nowMs }
      activity.inside.add(flow)
      if (step === 'commit') commits += 1
      return {
        leave() {
          if (!activity.inside.delete(flow)) return
          if (step === 'commit') commits -= 1
          activity.lastCallMs = clock.nowMs()
          activity.unfinished = step === 'upload' || reference === 'digest'
          left.fire()
        },
        awaits() {
          flow.isAwaited = true
          // Does not count the time that the server needed for the earlier bytes as the client's.
          flow.sinceMs += Math.max(0, clock.nowMs() - flow.gotMs)
        },
        got(bytes) {
          flow.isAwaited = false
          flow.gotMs = clock.nowMs()
          flow.bytes += bytes
          if (flow.bytes < flowingBytes) return
          flow.bytes = 0
          flow.sinceMs = flow.gotMs
        },
      }
    },
    underWayIn(repository) {
      const activity = activities.get(repository)
      return activity !== undefined && isUnderWay(activity)
    },
    underWay: () => [...activities.values()].some(isUnderWay),
    repositoriesUnderWay: () =>
      [...activities].flatMap(([name, activity]) => (isUnderWay(activity) ? [name] : [])),
    committing: () => commits > 0,
    changed: left.next,
  }
}
