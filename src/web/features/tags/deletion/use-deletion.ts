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

/**
 * The states of a deletion: its impact, its run, what failed, and what others changed since the
 * dialog opened.
 */
export function useDeletion({ repository, targets, isWhole, onFinished }: DeletionOptions) {
  const client = useQueryClient()
  const references = targets.map(({ name }) => name)
  const queryOf = (whole: boolean) => deletionImpactQuery(repository, { references, whole })
  const [steps, setSteps] = useState<readonly DeletionStep[]>([])
  // What the person has seen stays as it is once it is being deleted: asked again, the server knows
  // nothing of what has just gone.
  const hasBegun = steps.length > 0
  const impactOfTags = useQuery({ ...queryOf(false), enabled: !hasBegun })
  const impactOfImages = useQuery({ ...queryOf(true), enabled: isWhole && !hasBegun })
  const impact = isWhole ? impactOfImages : impactOfTags

  const [hasChanged, setChanged] = useState(false)
  const [outcomes, setOutcomes] = useState<readonly DeletionOutcome[]>([])

  const deletion = useMutation(
    deletionMutation(client, repository, (finished) => {
      // A single one can be tried again.
      if (targets.length === 1) setSteps([])
      if (targets.length === 1 && isRefusedAsChanged(finished)) {
        // There is one target, and its impact is out of date: ask again.
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
    // Nothing may be deleted that the person did not see: a tag that another person has set on the
    // same image since would be deleted with it. (The call itself guards what a tag shows.)
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
  // An answer that was on its way may already lack what has gone since.
  const moved = hasBegun ? null : movedNotice(impactOfTags.data?.references, targets)
  return {
    impact,
    impactOfTags: impactOfTags.data,
    isPending,
    /** The shown impact is out of date and is being fetched again. */
    isOutdated: hasChanged && impact.isFetching,
    notice: hasChanged ? changedNotice : moved,
    // A single failed deletion can be tried again at once; of several, the others are already done.
    error: check.error ?? deletion.error ?? (isOne ? failures[0]?.error : null),
    failures: isOne ? [] : failures,
    count: { done: outcomes.length, total: steps.length },
    /** By tag, how far the run is; no entry for what is still to come. */
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

/** What happened to the tags between the list and this dialog. */
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
