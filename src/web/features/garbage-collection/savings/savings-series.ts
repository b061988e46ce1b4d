import type { Saving } from '#contract/jobs/garbage-collection.ts'
import { noRepository } from '#domain/collection/collection-result.ts'
import { removalCauses } from '#domain/collection/removal-cause.ts'
import { causeLook } from '../plan/causes.ts'

/** How the bytes of a run are told apart; the ids stand in the URL as `?by=repository`. */
export const groupings = [
  { id: 'cause', label: 'By cause' },
  { id: 'repository', label: 'By repository' },
] as const
export type Grouping = (typeof groupings)[number]['id']

export const readGrouping = (id: string | null): Grouping =>
  groupings.find((each) => each.id === id)?.id ?? 'cause'

/** One colour of a chart, from the bottom of the stack to its top. */
export interface Series {
  readonly key: string
  readonly label: string
  /** For both schemes, with a contrast of at least 3:1 against the background of each. */
  readonly color: string
}

/** More repositories than this cannot be told apart by colour. */
const repositoriesShown = 6
const others = '(others)'

const repositoryColors = [
  'light-dark(#0b6e7f, #3fb6c9)',
  'light-dark(#c2570c, #f0975a)',
  'light-dark(#4c51bf, #9aa2ff)',
  'light-dark(#7a6a00, #d9c34a)',
  'light-dark(#a21caf, #e08bea)',
  'light-dark(#2f7d3b, #7ccf8a)',
]
const othersColor = 'light-dark(#5b6470, #a9b4c0)'

/** What the runs freed, apart: every series keeps its place, also where a run has none of it. */
export interface Split {
  readonly series: readonly Series[]
  /** The bytes of one run by key of the series; they add up to what it freed. */
  readonly bytesOf: (saving: Saving) => Readonly<Record<string, number>>
}

export const splitBy = (grouping: Grouping, savings: readonly Saving[]): Split =>
  grouping === 'cause' ? splitByCause(savings) : splitByRepository(savings)

function splitByCause(savings: readonly Saving[]): Split {
  const seen = new Set(
    savings.flatMap(({ byCause }) =>
      Object.entries(byCause).flatMap(([cause, { bytes }]) => (bytes > 0 ? [cause] : [])),
    ),
  )
  const known = removalCauses.filter((cause) => seen.delete(cause))
  return {
    series: [...known, ...seen].map((cause) => ({ key: cause, ...causeLook(cause) })),
    bytesOf: ({ byCause }) =>
      Object.fromEntries(Object.entries(byCause).map(([cause, { bytes }]) => [cause, bytes])),
  }
}

function splitByRepository(savings: readonly Saving[]): Split {
  const sums = new Map<string, number>()
  for (const { byRepository = {} } of savings) {
    for (const [name, { bytes }] of Object.entries(byRepository)) {
      if (bytes > 0) sums.set(name, (sums.get(name) ?? 0) + bytes)
    }
  }
  const largest = [...sums].toSorted(([, one], [, other]) => other - one)
  const shown = largest.slice(0, repositoriesShown).map(([name]) => name)
  const bytesOf = ({ byRepository = {}, bytesFreed }: Saving) => {
    const bytes: Record<string, number> = {}
    let rest = bytesFreed
    for (const name of shown) {
      bytes[name] = byRepository[name]?.bytes ?? 0
      rest -= bytes[name]
    }
    // Also what a person may not see.
    return { ...bytes, [others]: Math.max(0, rest) }
  }
  const hasOthers = savings.some((saving) => (bytesOf(saving)[others] ?? 0) > 0)
  return {
    series: [
      ...shown.map((name, place) => ({
        key: name,
        label: name === noRepository ? 'no repository' : name,
        color: repositoryColors[place] ?? othersColor,
      })),
      ...(hasOthers ? [{ key: others, label: 'others', color: othersColor }] : []),
    ],
    bytesOf,
  }
}

/** The bytes of several runs by key. */
export function sumByKey({ bytesOf }: Split, savings: readonly Saving[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const saving of savings) {
    for (const [key, bytes] of Object.entries(bytesOf(saving))) {
      sums[key] = (sums[key] ?? 0) + bytes
    }
  }
  return sums
}
