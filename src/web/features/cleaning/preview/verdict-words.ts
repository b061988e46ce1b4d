import type { WireRetentionPreview } from '#contract/rules/retention.ts'

type Verdict = WireRetentionPreview['verdicts'][number]['verdict']

/** A verdict in a table, and the colour of its badge. */
export const verdictWords: Readonly<
  Record<Verdict, { readonly label: string; readonly color: string }>
> = {
  removed: { label: 'would go', color: 'ember' },
  kept: { label: 'kept', color: 'green' },
  protected: { label: 'protected', color: 'petrol' },
  unmatched: { label: 'no rule, stays', color: 'gray' },
}

/** Which rows a person looks at; of a draft also those that change what happens now. */
export const rowFilters = {
  removed: { label: 'Would go', query: { verdict: 'removed' } },
  kept: { label: 'Kept', query: { verdict: 'kept' } },
  protected: { label: 'Protected', query: { verdict: 'protected' } },
  unmatched: { label: 'No rule', query: { verdict: 'unmatched' } },
  all: { label: 'All', query: {} },
  nowRemoved: { label: 'Now going', query: { change: 'nowRemoved' } },
  noLongerRemoved: { label: 'No longer going', query: { change: 'noLongerRemoved' } },
  otherwise: { label: 'Other reason to stay', query: { change: 'otherwise' } },
} as const
export type RowFilter = keyof typeof rowFilters

/** How many rows each filter leaves; those of a draft's changes only for a draft. */
export function rowCounts({
  totals,
  changes,
}: Pick<WireRetentionPreview, 'totals' | 'changes'>): readonly (readonly [RowFilter, number])[] {
  const { removed, kept, protected: held, unmatched } = totals
  return [
    ['removed', removed],
    ['kept', kept],
    ['protected', held],
    ['unmatched', unmatched],
    ['all', removed + kept + held + unmatched],
    ...(changes === null
      ? []
      : ([
          ['nowRemoved', changes.nowRemoved],
          ['noLongerRemoved', changes.noLongerRemoved],
          ['otherwise', changes.otherwise],
        ] as const)),
  ]
}
