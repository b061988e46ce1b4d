import { stepsOfActs } from './acts.ts'
import { stepsOfRuns } from './collections.ts'
import type { Model, Step } from './explore.ts'
import type { Holds } from './rules.ts'
import { stepsOfSurroundings } from './surroundings.ts'
import { begin, has, isUnderWay, keyOf, type Scenario, type World } from './world.ts'

/**
 * Servers that push and answer while others collect, over a store that may apply any request late,
 * and a database whose transactions are one step each. Servers may stop at any step for any time.
 */
export const removalModel = (scenario: Scenario, holds: Holds): Model<World> => ({
  first: begin(scenario),
  *stepsFrom(world: World): Iterable<Step<World>> {
    yield* stepsOfActs(world, scenario, holds)
    yield* stepsOfRuns(world, scenario, holds)
    yield* stepsOfSurroundings(world, scenario, holds)
  },
  keyOf,
  /** Something that a client was told is stored, or was promised, is not. */
  isLoss: ({ stored, promised, servers }) =>
    !has(stored, promised) || servers.some(({ told }) => !has(stored, told)),
  isAtRest: (world) =>
    (world.condemned | world.sentenced | world.unsettled) === 0 &&
    world.leader === -1 &&
    world.requests.length === 0 &&
    !world.acts.some(isUnderWay),
})
