import type { Model, Step } from './explore.ts'

/**
 * The rules by which servers change one tag. Left out, each of them lets an older change win over a
 * newer one that a client was told of.
 */
export const tagRules = {
  'newest token': 'a change is entered only by the server that locked the repository last',
  'entered first': 'the wanted value is in the database before the request is sent',
  'signed before': 'a request is signed before its change is entered, and the signature expires',
  'sent once': 'a change is sent once, and only the answer to that says that it is done',
  'wait for older': 'while a change that was entered has no answer, no other is entered',
  'bounded store': 'the store applies a request within a known time, or never',
} as const

export type TagRule = keyof typeof tagRules
export type TagHolds = (rule: TagRule) => boolean

interface Change {
  readonly step: 'not begun' | 'sign' | 'enter' | 'send' | 'await' | 'over'
  readonly token: number
  readonly isAnswered: boolean
}

interface TagWorld {
  /** The value of the tag: 0 at first, and the number of a change + 1 afterwards. */
  readonly stored: number
  /** The values in requests that were sent and not yet applied. */
  readonly requests: readonly number[]
  /** The newest token of the lock of the repository. */
  readonly token: number
  /** The change that has been entered and is not settled, or -1. */
  readonly entered: number
  /** The change whose client was told last that it is done, or -1. */
  readonly told: number
  readonly changes: readonly Change[]
}

const newChange: Change = { step: 'not begun', token: 0, isAnswered: false }

const withChange = (world: TagWorld, index: number, change: Partial<Change>): TagWorld => ({
  ...world,
  changes: world.changes.map((old, at) => (at === index ? { ...old, ...change } : old)),
})

const tokenOf = ({ changes }: TagWorld, change: number): number => changes[change]?.token ?? 0

/** So many servers change the same tag, each once. Any of them may stop at any step. */
export const tagModel = (changes: number, holds: TagHolds): Model<TagWorld> => ({
  first: {
    stored: 0,
    requests: [],
    token: 0,
    entered: -1,
    told: -1,
    changes: Array.from({ length: changes }, () => newChange),
  },
  *stepsFrom(world) {
    for (const [index, change] of world.changes.entries()) {
      for (const [name, next] of stepsOf(world, index, change, holds)) {
        yield [`change ${index}: ${name}`, next]
      }
    }
    yield* stepsOfStore(world)
    yield* settled(world, holds)
  },
  keyOf: JSON.stringify,
  /** The tag has an older value than the one that a client was told of. */
  isLoss: (world) => tokenOf(world, world.stored - 1) < tokenOf(world, world.told),
  isAtRest: ({ requests, entered, changes: all }) =>
    requests.length === 0 && entered === -1 && all.every(({ step }) => step === 'over'),
})

function* stepsOf(
  world: TagWorld,
  index: number,
  change: Change,
  holds: TagHolds,
): Iterable<Step<TagWorld>> {
  const over = withChange(world, index, { step: 'over' })
  if (change.step !== 'not begun' && change.step !== 'over') yield ['its server ends', over]
  switch (change.step) {
    case 'not begun': {
      const token = world.token + 1
      yield ['locks', withChange({ ...world, token }, index, { step: 'sign', token })]
      return
    }
    case 'sign':
      yield ['signs', withChange(world, index, { step: 'enter' })]
      return
    case 'enter':
      if (holds('newest token') && change.token !== world.token) {
        yield ['is refused', over]
      } else if (world.entered === -1 || !holds('wait for older')) {
        const entered = holds('entered first') ? index : world.entered
        yield ['enters', withChange({ ...world, entered }, index, { step: 'send' })]
      }
      return
    case 'send': {
      const attempts = holds('sent once') ? [index + 1] : [index + 1, index + 1]
      const requests = [...world.requests, ...attempts]
      yield ['sends', withChange({ ...world, requests }, index, { step: 'await' })]
      return
    }
    case 'await':
      if (change.isAnswered) {
        const entered = world.entered === index ? -1 : world.entered
        yield ['tells', withChange({ ...world, entered, told: index }, index, { step: 'over' })]
      }
      return
    case 'over':
  }
}

function* stepsOfStore(world: TagWorld): Iterable<Step<TagWorld>> {
  for (const [at, value] of world.requests.entries()) {
    const requests = world.requests.filter((_, other) => other !== at)
    yield ['the store loses a request', { ...world, requests }]
    const applied = { ...world, requests, stored: value }
    yield ['the store applies a request', withChange(applied, value - 1, { isAnswered: true })]
  }
}

/** So much time has passed that the change that was entered can no longer be applied. */
function* settled(world: TagWorld, holds: TagHolds): Iterable<Step<TagWorld>> {
  const { entered } = world
  if (entered === -1) return
  const isPending = world.requests.includes(entered + 1)
  if (isPending && holds('bounded store')) return
  // Its server waits no longer either, or it could tell what is no longer so.
  const isUnsent = world.changes[entered]!.step === 'send'
  const ends = !isUnsent || holds('signed before')
  const rest = { ...world, entered: -1 }
  yield ['the change is settled', ends ? withChange(rest, entered, { step: 'over' }) : rest]
}
