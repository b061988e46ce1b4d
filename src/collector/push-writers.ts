import type { Clock } from './ports.ts'
import type { GatePass, GateRequest } from './push-gate.ts'

/** Who is inside the push gate, and which repositories have a push under way. */
export interface Writers {
  admit(request: GateRequest): GatePass
  /** Somebody is inside for the repository, or uploaded to it and has yet to commit a manifest. */
  underWayIn(repository: string): boolean
  underWay(): boolean
  /** A manifest is being committed right now. */
  committing(): boolean
  /** Resolves when somebody leaves. */
  changed(): Promise<void>
}

interface Activity {
  inside: number
  /** Uploaded, and not committed by tag yet. */
  unfinished: boolean
  lastCallMs: number
}

/** With so many repositories remembered, those that are over are forgotten. */
const manyRepositories = 256

export function createWriters(clock: Clock, idleMs: number): Writers {
  const activities = new Map<string, Activity>()
  let commits = 0
  let change = Promise.withResolvers<void>()

  const isUnderWay = ({ inside, unfinished, lastCallMs }: Activity): boolean =>
    inside > 0 || (unfinished && clock.nowMs() - lastCallMs < idleMs)

  function activityOf(repository: string): Activity {
    if (activities.size >= manyRepositories) {
      for (const [name, activity] of activities) {
        if (!isUnderWay(activity)) activities.delete(name)
      }
    }
    const known = activities.get(repository)
    if (known) return known
    const begun = { inside: 0, unfinished: false, lastCallMs: clock.nowMs() }
    activities.set(repository, begun)
    return begun
  }

  return {
    admit({ repository, step, reference = 'tag' }) {
      const activity = activityOf(repository)
      activity.inside += 1
      if (step === 'commit') commits += 1
      let left = false
      return {
        entered: true,
        leave() {
          if (left) return
          left = true
          if (step === 'commit') commits -= 1
          activity.inside -= 1
          activity.lastCallMs = clock.nowMs()
          activity.unfinished = step === 'upload' || reference === 'digest'
          const { resolve } = change
          change = Promise.withResolvers()
          resolve()
        },
      }
    },
    underWayIn(repository) {
      const activity = activities.get(repository)
      return activity !== undefined && isUnderWay(activity)
    },
    underWay: () => [...activities.values()].some(isUnderWay),
    committing: () => commits > 0,
    changed: () => change.promise,
  }
}
