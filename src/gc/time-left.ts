/** Where a phase was at some moment. */
interface Sample {
  readonly elapsedMs: number
  readonly done: number
}

/** The recent speed says more about the rest than the speed at the start. */
const windowMs = 5_000
/** The first moments go into opening folders and compiling code, and say nothing about the rest. */
const tellingMs = 1_000
const tellingShare = 0.05
/** Enough samples for a window: they come a few times a second. */
const maximumSamples = 32

/** Estimates the rest of a phase from the speed of its last seconds. */
export interface TimeLeft {
  /** The milliseconds left; null while too little is done for an estimate. */
  after(elapsedMs: number, done: number, total: number): number | null
}

export function createTimeLeft(): TimeLeft {
  let samples: readonly Sample[] = [{ elapsedMs: 0, done: 0 }]
  return {
    after(elapsedMs, done, total) {
      const now = { elapsedMs, done }
      // The oldest sample lies a whole window back, if the phase has lasted that long.
      const within = samples.findIndex((sample) => sample.elapsedMs > elapsedMs - windowMs)
      const kept = within < 0 ? samples.slice(-1) : samples.slice(Math.max(0, within - 1))
      samples = [...kept, now].slice(-maximumSamples)
      if (total <= 0) return null
      const left = Math.max(0, total - done)
      if (left === 0) return 0
      const isTelling = elapsedMs >= tellingMs && done >= total * tellingShare
      const [oldest = now] = samples
      const doneLately = done - oldest.done
      if (!isTelling || doneLately <= 0) return null
      return Math.round(((elapsedMs - oldest.elapsedMs) / doneLately) * left)
    },
  }
}
