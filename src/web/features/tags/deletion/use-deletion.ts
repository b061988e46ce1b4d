import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { isApiError } from '#web/api/api-error.ts'
import { namesOf } from '#web/components/text/count-of.ts'
import { deletionImpactQuery } from '../queries.ts'
import type { SelectedTag } from '../list/selection.ts'
import { deletionMutation } from './mutations.ts'
import { isSameDeletion, planDeletion, type DeletionStep } from './plan-deletion.ts'
import type { DeletionOutcome } from './run-deletion.ts'

interface DeletionOptions {
  readonly repository: string
  readonly targets: readonly SelectedTag[]
  readonly isWhole: boolean
  readonly onFinished: (outcomes: readonly DeletionOutcome[]) => void
}

const changedNotice =
  'This has changed since you opened it. Look again at what would be deleted now.'

/** The states of a deletion: what it would do, its run, what failed, and what changed meanwhile. */
export function useDeletion({ repository, targets, isWhole, onFinished }: DeletionOptions) {
  const client = useQueryClient()
  const references = targets.map(({ name }) => name)
  const queryOf = (whole: boolean) => deletionImpactQuery(repository, { references, whole })
  const impactOfTags = useQuery(queryOf(false))
  const impactOfImages = useQuery({ ...queryOf(true), enabled: isWhole })
  const impact = isWhole ? impactOfImages : impactOfTags

  const [hasChanged, setChanged] = useState(false)
  const [outcomes, setOutcomes] = useState<readonly DeletionOutcome[]>([])
  const [steps, setSteps] = useState<readonly DeletionStep[]>([])

  const deletion = useMutation(
    deletionMutation(client, repository, (finished) => {
      if (targets.length === 1 && isRefusedAsChanged(finished)) {
        // One question, and its answer is out of date: ask it again.
        setOutcomes([])
        setChanged(true)
        void impactOfTags.refetch()
        if (isWhole) void impactOfImages.refetch()
        return
      }
      setOutcomes(finished)
      onFinished(finished)
    }),
  )

  const check = useMutation({
    // Nothing may go that the person did not see: a tag given meanwhile to the same image would go
    // with it. (What a tag shows is guarded by the call itself.)
    mutationFn: async () => {
      const seen = impact.data
      const now = await client.fetchQuery(queryOf(isWhole))
      return seen !== undefined && isSameDeletion(seen, now) ? planDeletion(now) : null
    },
    onSuccess: (planned) => {
      setChanged(planned === null)
      if (planned === null) return
      setOutcomes([])
      setSteps(planned)
      deletion.mutate({
        steps: planned,
        onOutcome: (outcome) => setOutcomes((all) => [...all, outcome]),
      })
    },
  })

  const isPending = check.isPending || deletion.isPending
  const failures = isPending ? [] : outcomes.filter((outcome) => !outcome.isDone)
  const isOne = targets.length === 1
  return {
    impact,
    impactOfTags: impactOfTags.data,
    isPending,
    /** What is shown is known to be of before, and asked for anew. */
    isOutdated: hasChanged && impact.isFetching,
    notice: hasChanged ? changedNotice : movedNotice(impactOfTags.data?.references, targets),
    // One that failed may be tried again at once; of many, the rest is already done.
    error: check.error ?? deletion.error ?? (isOne ? failures[0]?.error : null),
    failures: isOne ? [] : failures,
    count: { done: outcomes.length, total: steps.length },
    /** By tag, how far the run has come; of what is still to come nothing. */
    progress: progressOf(outcomes, deletion.isPending ? steps[outcomes.length] : undefined),
    start: () => check.mutate(),
  }
}

export type StepProgress = 'deleting' | 'deleted' | 'failed'

function progressOf(
  outcomes: readonly DeletionOutcome[],
  current: DeletionStep | undefined,
): ReadonlyMap<string, StepProgress> {
  const progress = new Map<string, StepProgress>()
  for (const { step, isDone } of outcomes) {
    for (const tag of [step.reference, ...step.tags])
      progress.set(tag, isDone ? 'deleted' : 'failed')
  }
  for (const tag of current ? [current.reference, ...current.tags] : []) {
    progress.set(tag, 'deleting')
  }
  return progress
}

const isRefusedAsChanged = ([outcome]: readonly DeletionOutcome[]): boolean =>
  outcome !== undefined && !outcome.isDone && isApiError(outcome.error, 'REFERENCE_CHANGED')

/** What happened to the tags between the list that the person clicked in and this dialog. */
function movedNotice(
  references: readonly { reference: string; digest: string }[] | undefined,
  targets: readonly SelectedTag[],
): string | null {
  if (references === undefined) return null
  const now = new Map(references.map(({ reference, digest }) => [reference, digest]))
  const gone = targets.filter(({ name }) => !now.has(name))
  const moved = targets.filter(({ name, digest }) => now.has(name) && now.get(name) !== digest)
  const sentences = [
    ...(gone.length > 0 ? [`${tagsWords(gone)} already gone.`] : []),
    ...(moved.length > 0
      ? [`${tagsWords(moved)} pushed again since the list was loaded: this is about the new image.`]
      : []),
  ]
  return sentences.join(' ') || null
}

const tagsWords = (tags: readonly SelectedTag[]): string =>
  `${namesOf(
    tags.map(({ name }) => name),
    10,
  )} ${tags.length === 1 ? 'was' : 'were'}`
