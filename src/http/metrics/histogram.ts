import type { Labels, MetricFamily, Sample } from './exposition.ts'

export interface Histogram {
  observe(labels: Labels, value: number): void
  family(): MetricFamily
}

export interface HistogramOptions {
  readonly name: string
  readonly help: string
  /** Ascending; `+Inf` is added. */
  readonly upperBounds: readonly number[]
}

interface Series {
  readonly labels: Labels
  /** How many values fell into each bucket, not cumulated; the last is above all bounds. */
  readonly counts: number[]
  sum: number
}

/** The distribution of values since the process started, by labels. */
export function createHistogram({ name, help, upperBounds }: HistogramOptions): Histogram {
  const bounds = [...upperBounds, Number.POSITIVE_INFINITY]
  const series = new Map<string, Series>()

  function seriesOf(labels: Labels): Series {
    const key = JSON.stringify(Object.entries(labels))
    const known = series.get(key)
    if (known !== undefined) return known
    const begun = { labels, counts: bounds.map(() => 0), sum: 0 }
    series.set(key, begun)
    return begun
  }

  function samplesOf({ labels, counts, sum }: Series): Sample[] {
    let upTo = 0
    const buckets = bounds.map((bound, at) => {
      upTo += counts[at] ?? 0
      const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound)
      return { suffix: '_bucket', labels: { ...labels, le }, value: upTo }
    })
    return [
      ...buckets,
      { suffix: '_sum', labels, value: sum },
      { suffix: '_count', labels, value: upTo },
    ]
  }

  return {
    observe(labels, value) {
      const found = seriesOf(labels)
      const at = bounds.findIndex((bound) => value <= bound)
      found.counts[at] = (found.counts[at] ?? 0) + 1
      found.sum += value
    },
    family: () => ({
      name,
      help,
      type: 'histogram',
      samples: [...series.values()].flatMap(samplesOf),
    }),
  }
}
