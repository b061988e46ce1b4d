import type { Model, Step } from './explore.ts'

/**
 * The rules by which deletions that were noted and not ended are finished. A deletion writes a note
 * first, so that a crash leaves no half of it. Left out, each of them lets a deletion that had no
 * answer take what was pushed afterwards.
 */
export const noteRules = {
  'closed behind the dead':
    'the lock of a server that died is given on once nothing that it sent can come any more',
  'finished first': 'who gets such a lock finishes what was noted before anything else',
  'untouched stays unfinished':
    'who gives the lock back, and has done nothing, leaves it as unfinished as it was',
  'sent once': 'a note is sent once',
  'bounded store': 'the store applies a request within a known time, or never',
} as const

export type NoteRule = keyof typeof noteRules

interface NoteWorld {
  readonly isTagged: boolean
  readonly isNoted: boolean
  /** How many requests for the note are under way. */
  readonly requests: number
  readonly lock: 'free' | 'deleter' | 'pusher'
  /** A server that died, or failed, held the lock last. */
  readonly isUnfinished: boolean
  readonly isClosed: boolean
  readonly deletion:
    | 'not begun'
    | 'note'
    | 'await'
    | 'remove'
    | 'forget'
    | 'unlock'
    | 'dead'
    | 'over'
  readonly push: 'not begun' | 'finish' | 'write' | 'unlock' | 'over'
  /** A client was told that its push has ended, and no deletion was asked for since. */
  readonly isTold: boolean
  /** A server starts again, once, and finishes what is noted anywhere. */
  readonly hasRestarted: boolean
}

/** One deletion and one push of the same tag, by two servers. The first may die at any step. */
export const noteModel = (holds: (rule: NoteRule) => boolean): Model<NoteWorld> => ({
  first: {
    isTagged: true,
    isNoted: false,
    requests: 0,
    lock: 'free',
    isUnfinished: false,
    isClosed: false,
    deletion: 'not begun',
    push: 'not begun',
    isTold: false,
    hasRestarted: false,
  },
  *stepsFrom(world) {
    yield* deletes(world, holds)
    yield* pushes(world, holds)
    if (world.requests > 0) {
      const rest = { ...world, requests: world.requests - 1 }
      yield ['the store loses the note', rest]
      const deletion = world.deletion === 'await' ? 'remove' : world.deletion
      yield ['the store writes the note', { ...rest, isNoted: true, deletion }]
    }
    if (world.isClosed && (world.requests === 0 || !holds('bounded store'))) {
      yield ['so much time has passed', { ...world, isClosed: false }]
    }
    const areOver = world.deletion === 'dead' || world.deletion === 'over'
    if (areOver && world.lock === 'free' && !world.isClosed && !world.hasRestarted) {
      yield ['a server starts', finished({ ...world, hasRestarted: true })]
    }
  },
  keyOf: JSON.stringify,
  isLoss: ({ isTold, isTagged }) => isTold && !isTagged,
  isAtRest: ({ requests, lock, isClosed, deletion, push }) =>
    requests === 0 &&
    lock === 'free' &&
    !isClosed &&
    push === 'over' &&
    (deletion === 'dead' || deletion === 'over'),
})

const finished = (world: NoteWorld): NoteWorld =>
  world.isNoted ? { ...world, isTagged: false, isNoted: false } : world

function* deletes(world: NoteWorld, holds: (rule: NoteRule) => boolean): Iterable<Step<NoteWorld>> {
  const { deletion, lock, isClosed, requests } = world
  if (lock === 'deleter' && deletion !== 'dead') {
    yield [
      'the deleting server dies, and is counted out',
      left({ ...world, deletion: 'dead' }, holds),
    ]
  }
  switch (deletion) {
    case 'not begun':
      if (lock === 'free' && !isClosed) {
        yield ['a deletion begins', { ...world, lock: 'deleter', deletion: 'note', isTold: false }]
      }
      return
    case 'note': {
      const sent = holds('sent once') ? 1 : 2
      yield ['the note is sent', { ...world, requests: requests + sent, deletion: 'await' }]
      return
    }
    case 'await':
      yield ['the deletion waits no longer', left({ ...world, deletion: 'over' }, holds)]
      return
    case 'remove':
      yield ['the tag is removed', { ...world, isTagged: false, deletion: 'forget' }]
      return
    case 'forget':
      yield ['the note is done', { ...world, isNoted: false, deletion: 'unlock' }]
      return
    case 'unlock':
      yield ['the deletion ends', { ...world, lock: 'free', deletion: 'over' }]
      return
    case 'dead':
    case 'over':
  }
}

const left = (world: NoteWorld, holds: (rule: NoteRule) => boolean): NoteWorld => ({
  ...world,
  lock: 'free',
  isUnfinished: true,
  isClosed: holds('closed behind the dead'),
})

function* pushes(world: NoteWorld, holds: (rule: NoteRule) => boolean): Iterable<Step<NoteWorld>> {
  const { push, lock, isClosed, isUnfinished } = world
  switch (push) {
    case 'not begun':
      if (lock === 'free' && !isClosed) {
        yield ['a push begins', { ...world, lock: 'pusher', push: 'finish' }]
      }
      return
    case 'finish': {
      yield [
        'gives the lock back',
        {
          ...world,
          lock: 'free',
          push: 'not begun',
          isUnfinished: isUnfinished && holds('untouched stays unfinished'),
        },
      ]
      const isFirst = isUnfinished && holds('finished first')
      yield [
        'finishes what was left',
        { ...(isFirst ? finished(world) : world), push: 'write', isUnfinished: false },
      ]
      return
    }
    case 'write':
      yield ['the tag is written', { ...world, isTagged: true, isTold: true, push: 'unlock' }]
      return
    case 'unlock':
      yield ['the push ends', { ...world, lock: 'free', push: 'over' }]
      return
    case 'over':
  }
}
