import { StateError } from '#state/state-error.ts'
import type { State } from '#state/state.ts'

type Methods = Readonly<Record<string, (...words: never[]) => Promise<unknown>>>

const reads =
  /^(find|findWithAccess|findBySecret|list|grantsOf|schedule|policy|schedulerSeenMs|log|finishedBetween|count|latest|all)$/

const full = () => new StateError('FULL', 'the disk of the state is full')

/** A state that refuses writes while it is told that its disk is full. */
export function fillable(inner: State): { state: State; fill(): void; empty(): void } {
  let isFull = false
  const guard = (part: Methods): Methods =>
    Object.fromEntries(
      Object.entries(part).map(([name, method]) => [
        name,
        (...words: never[]) =>
          isFull && !reads.test(name) ? Promise.reject(full()) : method(...words),
      ]),
    )
  const parts = Object.entries(inner).map(([name, part]: [string, unknown]) => [
    name,
    typeof part === 'object' ? guard(part as Methods) : part,
  ])
  return {
    state: {
      ...(Object.fromEntries(parts) as State),
      transaction: (act) => (isFull ? Promise.reject(full()) : inner.transaction(act)),
      close: () => inner.close(),
    },
    fill: () => void (isFull = true),
    empty: () => void (isFull = false),
  }
}
