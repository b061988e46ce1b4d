import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { Preview } from '../preview.ts'
import type { DecidingPolicy, PreviewRow } from '../preview-summary.ts'
import type { Brake } from './brakes.ts'
import { listedAtMost, type RetentionResult, type RuleCount } from './retention-result.ts'

/** What a run has done so far, for its result. */
export interface RunTally {
  removed(row: PreviewRow, policy: DecidingPolicy): void
  skipped(row: PreviewRow, reason: string): void
  failed(row: PreviewRow, reason: string): void
  waiting(count: number): void
  left(count: number): void
  /** A repository that takes no changes now, and why. */
  leftOut(repository: RepositoryName, reason: string): void
  result(
    about: Pick<RetentionResult, 'previewID' | 'planned' | 'endedBy'> &
      Pick<Preview, 'leftOut'> & { readonly brakes: readonly Brake[] },
  ): RetentionResult
}

export function createRunTally(): RunTally {
  const counts = { removed: 0, bytes: 0, skipped: 0, failed: 0, waiting: 0, left: 0 }
  const byRule = new Map<string, RuleCount>()
  const byRepository: Record<string, { removed: number; bytes: number }> = {}
  const closed: { readonly repository: RepositoryName; readonly reason: string }[] = []
  const notes: RetentionResult['notes'][number][] = []
  const note = ({ repository, tag, digest }: PreviewRow, reason: string): void => {
    if (notes.length < listedAtMost) notes.push({ repository, tag: tag ?? digest, reason })
  }
  return {
    removed({ repository, rule, freedBytes }, { scope }) {
      counts.removed += 1
      counts.bytes += freedBytes
      const key = `${rule?.line} ${scope}`
      const before = byRule.get(key)
      byRule.set(key, {
        scope,
        rule: rule?.words ?? '',
        line: rule?.line ?? 0,
        removed: (before?.removed ?? 0) + 1,
        bytes: (before?.bytes ?? 0) + freedBytes,
      })
      const here = byRepository[repository] ?? { removed: 0, bytes: 0 }
      byRepository[repository] = {
        removed: here.removed + 1,
        bytes: here.bytes + freedBytes,
      }
    },
    skipped(row, reason) {
      counts.skipped += 1
      note(row, reason)
    },
    failed(row, reason) {
      counts.failed += 1
      note(row, reason)
    },
    waiting: (count) => void (counts.waiting += count),
    left: (count) => void (counts.left += count),
    leftOut: (repository, reason) => void closed.push({ repository, reason }),
    result: ({ brakes, leftOut, ...about }) => ({
      ...counts,
      ...about,
      byRule: [...byRule.values()],
      byRepository,
      notes,
      brakes: brakes.slice(0, listedAtMost).map((one) => ({ ...one })),
      leftOut: [...leftOut, ...closed].slice(0, listedAtMost).map((one) => ({ ...one })),
    }),
  }
}
