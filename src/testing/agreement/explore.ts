/** Something that may happen next: what, in words, and the world afterwards. */
export type Step<World> = readonly [name: string, next: World]

/** What may happen in a small world. */
export interface Model<World> {
  readonly first: World
  stepsFrom(world: World): Iterable<Step<World>>
  /** Equal for worlds in which the same can happen. */
  keyOf(world: World): string
  isLoss(world: World): boolean
  /** Nothing is kept from anyone, and nothing is under way. */
  isAtRest(world: World): boolean
}

export interface Exploration<World> {
  /** The shortest way to a loss, step by step; null if none is possible. */
  readonly loss: readonly string[] | null
  /** The shortest way to a world from which nothing leads to rest; null if none is possible. */
  readonly locked: readonly string[] | null
  /** The worlds at rest. */
  readonly ends: readonly World[]
}

/** Visits every world that is possible, the nearest first, and stops at the first loss. */
export function explore<World>(model: Model<World>): Exploration<World> {
  const { first, stepsFrom, keyOf, isLoss, isAtRest } = model
  const numbers = new Map([[keyOf(first), 0]])
  /** Forgotten once visited, for there are many. */
  const worlds: (World | null)[] = [first]
  const ways = createWays()
  const edges: Edges = { from: [], to: [] }
  const rests: number[] = []
  const ends: World[] = []

  for (let number = 0; number < worlds.length; number += 1) {
    const world = worlds[number]!
    worlds[number] = null
    if (isAtRest(world)) {
      rests.push(number)
      ends.push(world)
    }
    for (const [name, next] of stepsFrom(world)) {
      const key = keyOf(next)
      let to = numbers.get(key)
      if (to === undefined) {
        to = worlds.length
        numbers.set(key, to)
        worlds.push(next)
        ways.add(number, name)
        if (isLoss(next)) return { loss: ways.to(to), locked: null, ends }
      }
      edges.from.push(number)
      edges.to.push(to)
    }
  }
  const locked = firstThatCannotReach(rests, edges, worlds.length)
  return { loss: null, locked: locked === null ? null : ways.to(locked), ends }
}

/** How each world, by its number, was reached first. */
function createWays() {
  const parents = [-1]
  const names = ['']
  // The same words again and again: one string for all of them.
  const known = new Map<string, string>()
  return {
    add(parent: number, name: string): void {
      const kept = known.get(name) ?? name
      known.set(kept, kept)
      parents.push(parent)
      names.push(kept)
    },
    to(number: number): readonly string[] {
      const way: string[] = []
      for (let at = number; at > 0; at = parents[at]!) way.unshift(names[at]!)
      return way
    },
  }
}

/** Which worlds lead to which, as two columns. */
interface Edges {
  readonly from: number[]
  readonly to: number[]
}

/** The first of `count` numbers from which no edges lead to any of the goals, or null. */
function firstThatCannotReach(
  goals: readonly number[],
  { from, to }: Edges,
  count: number,
): number | null {
  // The edges in the order of where they end: those to n begin at ends[n].
  const ends = new Int32Array(count + 1)
  for (const end of to) ends[end + 1]! += 1
  for (let number = 0; number < count; number += 1) ends[number + 1]! += ends[number]!
  const filled = ends.slice()
  const sources = new Int32Array(from.length)
  for (const [at, end] of to.entries()) {
    sources[filled[end]!] = from[at]!
    filled[end]! += 1
  }
  const reaches = new Uint8Array(count)
  const toVisit = [...goals]
  for (const goal of goals) reaches[goal] = 1
  for (let at = toVisit.pop(); at !== undefined; at = toVisit.pop()) {
    for (const source of sources.subarray(ends[at], ends[at + 1])) {
      if (reaches[source] === 1) continue
      reaches[source] = 1
      toVisit.push(source)
    }
  }
  const first = reaches.indexOf(0)
  return first === -1 ? null : first
}
