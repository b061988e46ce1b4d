import type { Model, Step } from './explore.ts'

/**
 * The rules by which a store itself keeps a server from writing that others do without. Nothing else
 * can: it may be frozen after its last look, for any time. Left out, each of them lets a removal
 * come after its key was written again.
 */
export const signatureRules = {
  'dated by a beat': 'a write is signed as of a beat, and not as of its own time',
  'from before the beat': 'that is a time from before the beat was sent, not of its answer',
  "the store's time": 'it is read from the clock of the store, not from one that may be set',
  'members beat': 'the beat of a server that was counted out is not answered',
  'signatures expire': 'the store refuses what was signed too long ago',
  'bounded store': 'the store applies what it has taken within a known time, or never',
  'both times pass': 'what was being removed is settled once both times have passed since then',
} as const

export type SignatureRule = keyof typeof signatureRules

/** In steps of the clock: how long a signature counts, and how long the store may sit on a request. */
const signatureSteps = 2
const storeSteps = 1
const settledAfter = signatureSteps + storeSteps
/** How far the server's own clock is ahead. */
const aheadSteps = 2
const lastCountOut = 2
const lastStep = lastCountOut + settledAfter + 2

interface SignatureWorld {
  /** By the clock of the store. */
  readonly now: number
  readonly isMember: boolean
  readonly countedOutAt: number
  /** What the next beat will date, and where that beat is. */
  readonly beat: { readonly date: number; readonly step: 'none' | 'sent' | 'committed' }
  /** With which writes are signed; -1: no beat has been answered. */
  readonly date: number
  /** The removal of a key that was sentenced for this server. */
  readonly removal: 'not sent' | 'signed' | 'taken' | 'over'
  readonly signedAt: number
  readonly takenAt: number
  readonly isStored: boolean
  /** Another server has written the key again, and told a client. */
  readonly isTold: boolean
}

/** One server that removes a key, with pauses at any step, and the others, which may give it up. */
export const signatureModel = (holds: (rule: SignatureRule) => boolean): Model<SignatureWorld> => ({
  first: {
    now: 0,
    isMember: true,
    countedOutAt: -1,
    beat: { date: 0, step: 'none' },
    date: -1,
    removal: 'not sent',
    signedAt: -1,
    takenAt: -1,
    isStored: true,
    isTold: false,
  },
  *stepsFrom(world) {
    if (world.now < lastStep) yield ['time passes', { ...world, now: world.now + 1 }]
    yield* beats(world, holds)
    yield* others(world, holds)
    yield* removes(world, holds)
  },
  keyOf: JSON.stringify,
  isLoss: ({ isTold, isStored }) => isTold && !isStored,
  isAtRest: ({ removal, isMember, isTold }) => removal === 'over' && (isMember || isTold),
})

function* beats(
  world: SignatureWorld,
  holds: (rule: SignatureRule) => boolean,
): Iterable<Step<SignatureWorld>> {
  const { now, beat, isMember } = world
  const ownTime = holds("the store's time") ? now : now + aheadSteps
  switch (beat.step) {
    case 'none':
      yield ['sends a beat', { ...world, beat: { date: ownTime, step: 'sent' } }]
      return
    case 'sent':
      if (isMember || !holds('members beat')) {
        yield ['the beat is committed', { ...world, beat: { ...beat, step: 'committed' } }]
      }
      return
    case 'committed': {
      const date = holds('from before the beat') ? beat.date : ownTime
      yield ['hears the answer', { ...world, date, beat: { date: 0, step: 'none' } }]
    }
  }
}

function* others(
  world: SignatureWorld,
  holds: (rule: SignatureRule) => boolean,
): Iterable<Step<SignatureWorld>> {
  const { now, isMember, countedOutAt, isTold } = world
  if (isMember && now <= lastCountOut) {
    yield ['is counted out', { ...world, isMember: false, countedOutAt: now }]
  }
  const waits = holds('both times pass') ? settledAfter : signatureSteps
  if (!isMember && !isTold && now - countedOutAt > waits) {
    yield ['the key is settled, and written again', { ...world, isStored: true, isTold: true }]
  }
}

function* removes(
  world: SignatureWorld,
  holds: (rule: SignatureRule) => boolean,
): Iterable<Step<SignatureWorld>> {
  const { now, date, removal, signedAt, takenAt } = world
  switch (removal) {
    case 'not sent': {
      yield ['ends without a removal', { ...world, removal: 'over' }]
      // It has begun to lead after it has joined, by a beat.
      if (date === -1) return
      const signed = holds('dated by a beat') ? date : now
      yield ['signs the removal', { ...world, removal: 'signed', signedAt: signed }]
      return
    }
    case 'signed':
      yield ['the removal is lost', { ...world, removal: 'over' }]
      if (Math.abs(now - signedAt) <= signatureSteps || !holds('signatures expire')) {
        yield ['the store takes the removal', { ...world, removal: 'taken', takenAt: now }]
      }
      return
    case 'taken':
      yield ['the store gives the removal up', { ...world, removal: 'over' }]
      if (now - takenAt <= storeSteps || !holds('bounded store')) {
        yield ['the store removes the key', { ...world, removal: 'over', isStored: false }]
      }
      return
    case 'over':
  }
}
