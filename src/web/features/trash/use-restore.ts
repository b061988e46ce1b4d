import type { RestoreRequest, TagConflict, TrashEntry } from '#contract/trash.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { messageOf } from '../../http/api-error.ts'
import { countOf } from '../../ui/count-of.ts'
import { showErrorToast, showToast } from '../../ui/toast.tsx'
import { entryName } from './entry-name.ts'
import { restoreMutation } from './mutations.ts'
import { conflictsOf } from './restore-conflict.ts'

interface Conflict {
  readonly entry: TrashEntry
  readonly conflicts: readonly TagConflict[]
}

/** Restoring one or many; what meets another image under its tag waits for a decision. */
export function useRestore() {
  const restore = useMutation(restoreMutation(useQueryClient()))
  const [waiting, setWaiting] = useState<readonly Conflict[]>([])
  const [error, setError] = useState<unknown>(null)
  const [isPending, setPending] = useState(false)

  /** True when it is back; a conflict joins those that wait. */
  const attempt = async (entry: TrashEntry, body: RestoreRequest): Promise<boolean> => {
    try {
      await restore.mutateAsync({ entry, body })
      return true
    } catch (refusal) {
      const conflicts = conflictsOf(refusal)
      if (conflicts === null) showErrorToast(`${entryName(entry)}: ${messageOf(refusal)}`)
      else setWaiting((others) => [...others, { entry, conflicts }])
      return false
    }
  }

  const restoreAll = async (entries: readonly TrashEntry[]): Promise<void> => {
    setPending(true)
    const restored: TrashEntry[] = []
    for (const entry of entries) if (await attempt(entry, {})) restored.push(entry)
    setPending(false)
    const [first] = restored
    if (first === undefined) return
    showToast(
      restored.length === 1
        ? `Restored ${entryName(first)}`
        : `Restored ${countOf(restored.length, 'image')}`,
    )
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
      await restore.mutateAsync({ entry: conflict.entry, body })
      leaveConflict()
      showToast(`Restored ${conflict.entry.repository}`)
    } catch (refusal) {
      setError(refusal)
    }
  }

  return {
    restoreAll,
    isPending,
    /** The decision to ask for now. */
    conflict: waiting[0] ?? null,
    isResolving: restore.isPending,
    conflictError: error,
    resolve,
    leaveConflict,
  }
}
