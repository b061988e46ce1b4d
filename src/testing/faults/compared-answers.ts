import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'

/** What a reader said, by the question. */
export type Answers = ReadonlyMap<string, unknown>

/** Throws at the first question that two readers answer differently. */
export function expectSameAnswers(expected: Answers, found: Answers): void {
  for (const question of new Set([...expected.keys(), ...found.keys()])) {
    const answers = [expected.get(question), found.get(question)] as const
    if (isDeepStrictEqual(...answers)) continue
    throw new Error(`${question}: ${JSON.stringify(answers)}`)
  }
}

/** The first failure of a property, with what led to it, or `the same`. */
export async function firstDifference<T>(
  property: fc.IAsyncProperty<T>,
  numRuns: number,
): Promise<string> {
  const { failed, errorInstance, counterexample } = await fc.check(property, { numRuns })
  return failed ? `${String(errorInstance)} in ${JSON.stringify(counterexample)}` : 'the same'
}
