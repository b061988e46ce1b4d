import type { Labels, MetricFamily } from './exposition.ts'

export interface Counter {
  add(labels: Labels, amount?: number): void
  family(): MetricFamily
}

export interface CounterOptions {
  readonly name: string
  readonly help: string
  /** Exposed as 0 before they are counted, so that Prometheus sees their first increase. */
  readonly from?: readonly Labels[]
}

/** Counts since the process started, by labels. Label values must come from short lists. */
export function createCounter({ name, help, from = [] }: CounterOptions): Counter {
  const series = new Map<string, { readonly labels: Labels; value: number }>()

  function seriesOf(labels: Labels) {
    const key = JSON.stringify(Object.entries(labels))
    const known = series.get(key)
    if (known !== undefined) return known
    const begun = { labels, value: 0 }
    series.set(key, begun)
    return begun
  }

  for (const labels of from) seriesOf(labels)

  return {
    add(labels, amount = 1) {
      seriesOf(labels).value += amount
    },
    family: () => ({ name, help, type: 'counter', samples: [...series.values()] }),
  }
}
