import { createChangeSignal } from './change-signal.ts'
import type { Clock } from './ports.ts'

interface Write {
  readonly repository: string
  readonly step: 'upload' | 'commit'
  readonly reference?: 'tag' | 'digest'
}

/** Who is inside the push gate, and which repositories have a push under way. */
export interface Writers {
  /** Lets somebody in, and returns how they leave. Leaving again does nothing. */
  admit(write: Write): () => void
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
  const left = createChangeSignal()

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
      let inside = true
      return () => {
        if (!inside) return
        inside = false
        if (step === 'commit') commits -= 1
        activity.inside -= 1
        activity.lastCallMs = clock.nowMs()
        activity.unfinished = step === 'upload' || reference === 'digest'
        left.fire()
      }
    },
    underWayIn(repository) {
      const activity = activities.get(repository)
      return activity !== undefined && isUnderWay(activity)
    },
    underWay: () => [...activities.values()].some(isUnderWay),
    committing: () => commits > 0,
    changed: left.next,
  }
}
