import type { State, StateParts } from '#state/state.ts'

/** One call of a method. It can be made again, and on the parts of a transaction. */
type CallOfPart<T> = (parts: StateParts) => Promise<T>

type Method = (...words: never[]) => Promise<unknown>
type Methods = Readonly<Record<string, Method>>

const byName = (parts: StateParts) => parts as unknown as Readonly<Record<string, Methods>>

/** The same parts. Each call of a method is handed to `run`, which makes it as often as it takes. */
export function withEachCall(
  parts: StateParts,
  run: <T>(call: CallOfPart<T>) => Promise<T>,
): StateParts {
  const handed = (part: string, methods: Methods): Methods =>
    Object.fromEntries(
      Object.keys(methods).map((name) => [
        name,
        (...words: never[]) => run(async (of) => byName(of)[part]?.[name]?.(...words)),
      ]),
    )
  return Object.fromEntries(
    Object.entries(byName(parts)).map(([part, methods]) => [part, handed(part, methods)]),
  ) as unknown as StateParts
}

/** The same state. Each call waits for `check`, and rejects as that does. */
export const checkingEachCall = (state: State, check: () => Promise<void>): State => ({
  ...withEachCall(state, async (call) => {
    await check()
    return await call(state)
  }),
  async transaction(act) {
    await check()
    return await state.transaction(act)
  },
  close: () => state.close(),
})
