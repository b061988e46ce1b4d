import type { RestoreRequest, TagConflict, TrashEntry } from '#contract/images/trash.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { showErrorToast, showToast } from '#web/components/feedback/toast.tsx'
import { countOfEntries, entryName } from './entry-name.ts'
import { restoreMutation } from './mutations.ts'
import { conflictsOf } from './restore-conflict.ts'

interface Conflict {
  readonly entry: TrashEntry
  /** The request. */
  readonly body: RestoreRequest
  readonly conflicts: readonly TagConflict[]
}

interface Failure {
  readonly entry: TrashEntry
  readonly error: unknown
}

interface RestoreProgress {
  readonly done: number
  readonly total: number
}

const failuresNamed = 3

/** One message for all failures: a person should not have to close hundreds. */
function failureWords(failures: readonly Failure[]): string {
  const named = failures
    .slice(0, failuresNamed)
    .map(({ entry, error }) => `${entryName(entry)}: ${messageOf(error)}`)
  const more = failures.length - named.length
  return [...named, ...(more > 0 ? [`And ${countOf(more, 'other')}.`] : [])].join(' ')
}

/** Restores one or many entries; one whose tag now shows another image waits for a decision. */
export function useRestore() {
  const restore = useMutation(restoreMutation(useQueryClient()))
  const [waiting, setWaiting] = useState<readonly Conflict[]>([])
  const [error, setError] = useState<unknown>(null)
  const [progress, setProgress] = useState<RestoreProgress | null>(null)

  /** Restores one entry; a conflict goes to the end of the queue of decisions. */
  const attempt = async (
    entry: TrashEntry,
    body: RestoreRequest,
  ): Promise<'restored' | 'waiting' | Failure> => {
    try {
      await restore.mutateAsync({ entry, body })
      return 'restored'
    } catch (refusal) {
      const conflicts = conflictsOf(refusal)
      if (conflicts === null) return { entry, error: refusal }
      setWaiting((others) => [...others, { entry, body, conflicts }])
      return 'waiting'
    }
  }

  /** Resolves to the entries that could not be restored: they stay selected. */
  const restoreAll = async (
    entries: readonly TrashEntry[],
    body: RestoreRequest = {},
  ): Promise<readonly TrashEntry[]> => {
    const restored: TrashEntry[] = []
    const failures: Failure[] = []
    for (const [done, entry] of entries.entries()) {
      setProgress({ done, total: entries.length })
      const outcome = await attempt(entry, body)
      if (outcome === 'restored') restored.push(entry)
      else if (outcome !== 'waiting') failures.push(outcome)
    }
    setProgress(null)
    const [first] = restored
    if (first !== undefined) {
      showToast(
        restored.length === 1
          ? `Restored ${entryName(first)}`
          : `Restored ${countOfEntries(restored)}`,
      )
    }
    if (failures.length > 0) showErrorToast(failureWords(failures))
    return failures.map(({ entry }) => entry)
  }

  const leaveConflict = (): void => {
    setError(null)
    setWaiting(([, ...others]) => others)
  }

  const resolve = async (body: RestoreRequest): Promise<void> => {
    const [conflict] = waiting
    if (conflict === undefined) return
    setError(null)
    try {
      const tags = { ...conflict.body.tags, ...body.tags }
      await restore.mutateAsync({
        entry: conflict.entry,
        body: { ...conflict.body, ...body, tags },
      })
      leaveConflict()
      showToast(`Restored ${conflict.entry.repository}`)
    } catch (refusal) {
      setError(refusal)
    }
  }

  return {
    restoreAll,
    /** Null when nothing runs. */
    progress,
    /** The number of decisions still to take. */
    waitingCount: waiting.length,
    /** The decision to ask for now. */
    conflict: waiting[0] ?? null,
    isResolving: restore.isPending,
    conflictError: error,
    resolve,
    leaveConflict,
  }
}
