import { isLocked } from '#coordination/agreement-error.ts'
import { GivenUp } from '#coordination/given-up.ts'
import { reasonInWords } from '#domain/retention/verdict-in-words.ts'
import { wholeRegistry } from '#domain/retention/scope.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { previewRetention, type PreviewDeps } from '../preview.ts'
import { rowKey, type DecidingPolicy, type PreviewRow } from '../preview-summary.ts'
import type { ChangesOfOthers } from './changes-of-others.ts'
import { removeByRule, type CleaningRun, type RemovalDeps } from './remove-by-rule.ts'
import type { RunTally } from './run-tally.ts'

export type CleaningDeps = PreviewDeps & RemovalDeps

/** A repository that others change all the time is left to the next run. */
const looksAtMost = 20
/** A storage or a state that keeps failing ends the run. */
const failuresAtMost = 10

const keyOf = (row: PreviewRow): string => `${rowKey(row)} ${row.digest}`

export interface Cleaning {
  readonly repository: RepositoryName
  /** What shall go, as it was judged when `policy` decided. */
  readonly rows: readonly PreviewRow[]
  readonly policy: DecidingPolicy
  readonly others: ChangesOfOthers
  readonly tally: RunTally
  readonly run: CleaningRun
  readonly isStopped: () => boolean
  readonly onItem: () => void
}

/** Rows of the repository as the rules judge them now, by `keyOf`. */
async function judgeAgain(
  deps: CleaningDeps,
  { repository, others }: Cleaning,
): Promise<ReadonlyMap<string, PreviewRow>> {
  others.forget(repository)
  const { rows } = await previewRetention(deps, {
    scope: wholeRegistry,
    draft: null,
    atMs: null,
    isVisible: (name) => name === repository,
  })
  return new Map(rows.map((row) => [keyOf(row), row]))
}

const staysBecause = (row: PreviewRow | undefined): string =>
  row === undefined ? 'it is gone, or shows another image' : reasonInWords(row)

/**
 * Removes what rules take, one after the other, and judges the repository again as soon as
 * something in it has changed.
 */
export async function cleanRepository(deps: CleaningDeps, cleaning: Cleaning): Promise<void> {
  const { rows, policy, tally } = cleaning
  let judged: ReadonlyMap<string, PreviewRow> | null = null
  let looks = 0
  let failures = 0
  for (const [position, planned] of rows.entries()) {
    if (cleaning.isStopped() || looks >= looksAtMost) {
      tally.left(rows.length - position)
      return
    }
    let row: PreviewRow | undefined = planned
    // Judged once more, it may have changed once more: then it stays this time.
    for (const isLast of [false, true]) {
      if (judged !== null) row = judged.get(keyOf(planned))
      if (row?.verdict !== 'removed') {
        tally.skipped(planned, staysBecause(row))
        break
      }
      try {
        const removal = await removeByRule(deps, row, cleaning)
        failures = 0
        if (removal.kind === 'removed') tally.removed(row, policy)
        if (removal.kind === 'skipped') tally.skipped(row, removal.reason)
        if (removal.kind === 'policy changed') {
          const rest = rows.slice(position)
          for (const one of rest) tally.skipped(one, 'the policy has been changed')
          return
        }
        if (removal.kind !== 'look again') break
        if (isLast) tally.skipped(row, 'it keeps changing')
        else {
          judged = await judgeAgain(deps, cleaning)
          looks += 1
        }
      } catch (error) {
        if (error instanceof GivenUp || isLocked(error)) {
          tally.left(rows.length - position)
          if (isLocked(error)) tally.leftOut(cleaning.repository, error.message)
          return
        }
        failures += 1
        tally.failed(row, error instanceof Error ? error.message : String(error))
        if (failures >= failuresAtMost) {
          tally.left(rows.length - position - 1)
          throw error
        }
        break
      }
    }
    cleaning.onItem()
  }
}
