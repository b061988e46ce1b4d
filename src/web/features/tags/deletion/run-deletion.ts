import { deleteImage, deleteTag } from '#contract/endpoints/deletion.ts'
import { trashedTagHeader, trashEntryHeader } from '#contract/images/deletion.ts'
import { isSignedOut, isUnreachable } from '#web/api/api-error.ts'
import { requestAnswer } from '#web/api/request.ts'
import type { DeletionStep } from './plan-deletion.ts'

/** The outcome of one step. */
export type DeletionOutcome =
  | {
      readonly step: DeletionStep
      readonly isDone: true
      /** The image's entry in the trash; null if only a tag was deleted. */
      readonly trashEntryId: string | null
      /** The entry of a tag that was deleted alone; null if its image went too. */
      readonly trashedTagId: string | null
    }
  | { readonly step: DeletionStep; readonly isDone: false; readonly error: unknown }

export type DoneDeletion = Extract<DeletionOutcome, { readonly isDone: true }>

/**
 * Makes the calls one after the other. A refusal does not stop the others, because images are
 * independent; if the server is gone, the rest is not tried.
 *
 * @throws ApiError when the session has ended
 */
export async function runDeletion(
  repository: string,
  steps: readonly DeletionStep[],
  onOutcome: (outcome: DeletionOutcome) => void,
): Promise<readonly DeletionOutcome[]> {
  const outcomes: DeletionOutcome[] = []
  let gone: unknown
  for (const step of steps) {
    const outcome: DeletionOutcome = gone
      ? { step, isDone: false, error: gone }
      : await runStep(repository, step)
    if (!outcome.isDone && isSignedOut(outcome.error)) throw outcome.error
    if (!outcome.isDone && isUnreachable(outcome.error)) gone = outcome.error
    outcomes.push(outcome)
    onOutcome(outcome)
  }
  return outcomes
}

async function runStep(repository: string, step: DeletionStep): Promise<DeletionOutcome> {
  try {
    const { headers } = await requestAnswer(step.unit === 'image' ? deleteImage : deleteTag, {
      parameters: { repository, reference: step.reference },
      query: step.runs ? { confirmRunning: step.reference } : {},
      // Empty for a tag that shows nothing readable: then there is nothing to compare.
      headers: step.digest === '' ? {} : { 'If-Match': `"${step.digest}"` },
    })
    return {
      step,
      isDone: true,
      trashEntryId: headers.get(trashEntryHeader),
      trashedTagId: headers.get(trashedTagHeader),
    }
  } catch (error) {
    return { step, isDone: false, error }
  }
}
