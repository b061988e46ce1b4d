import type { BatchOutcome, RegistryRemover, RemovalOutcome } from '#gc/ports/registry-remover.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'

/** A batch of one. Rejects with what it failed with. */
export async function removeOne(
  remover: RegistryRemover,
  item: PlannedRemoval,
  startedAtMs: number,
): Promise<RemovalOutcome> {
  return onlyOne(await remover.removeBatch([item], startedAtMs))
}

function onlyOne(outcomes: readonly BatchOutcome[]): RemovalOutcome {
  const [outcome = { kind: 'not tried' }] = outcomes
  if (outcome.kind === 'failed') throw outcome.error
  if (outcome.kind === 'closed') throw new Error(outcome.reason)
  if (outcome.kind === 'not tried' || outcomes.length > 1) throw new Error('not one answer')
  return outcome
}

/** A remover that does one item of a batch after the other. */
export const removerOf = (
  remove: (item: PlannedRemoval, startedAtMs: number) => Promise<RemovalOutcome>,
): RegistryRemover => ({
  async removeBatch(items, startedAtMs) {
    const outcomes: BatchOutcome[] = []
    for (const item of items) {
      outcomes.push(
        await remove(item, startedAtMs).catch((error: unknown) => ({ kind: 'failed', error })),
      )
    }
    return outcomes
  },
})
