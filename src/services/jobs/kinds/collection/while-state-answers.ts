import type { BatchOutcome } from '#gc/ports/registry-remover.ts'
import { runCollection, type Collection, type CollectionOptions } from '#gc/run.ts'

export interface WatchedState {
  /** Rejects, with a sentence, while the state cannot be reached, or belongs to another process. */
  readonly expectState: () => Promise<void>
  /** For the log of the host: the state does not take that of the job now. */
  readonly report: (what: string, error: unknown) => void
}

export interface EndedCollection extends Collection {
  /** Why it ended too early, for a person; absent: it did not. */
  readonly failure?: string
}

const untouched: BatchOutcome = { kind: 'not tried' }

/**
 * Runs a collection that looks at the state before each batch, and removes nothing more once it
 * does not answer: what is deleted must be recorded, and another server may lead by then.
 */
export async function collectWhileStateAnswers(
  { expectState, report }: WatchedState,
  { remover, signal, emit = () => {}, ...options }: CollectionOptions,
): Promise<EndedCollection> {
  let failure: string | null = null
  const collection = await runCollection({
    ...options,
    emit,
    signal: {
      get aborted() {
        return failure !== null || signal?.aborted === true
      },
    },
    remover: {
      ...remover,
      async removeBatch(items, inventoryStartedAtMs, isGivenUp) {
        try {
          await expectState()
        } catch (error) {
          if (failure === null) {
            const reason = error instanceof Error ? error.message : String(error)
            failure = `stopped before the next removal: ${reason}`
            emit({ kind: 'log', level: 'error', message: failure })
            report('a collection stopped before its next removal', error)
          }
          // The run looks at the signal before it tries them again.
          return items.map(() => untouched)
        }
        return await remover.removeBatch(items, inventoryStartedAtMs, isGivenUp)
      },
    },
  })
  return failure === null ? collection : { ...collection, failure }
}
