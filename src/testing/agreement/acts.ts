import type { Step } from './explore.ts'
import type { Holds } from './rules.ts'
import {
  has,
  keys,
  meets,
  reachOf,
  withAct,
  without,
  withServer,
  type Act,
  type ActKind,
  type Bits,
  type ManifestName,
  type Scenario,
  type World,
} from './world.ts'

interface Context {
  readonly world: World
  readonly holds: Holds
  readonly index: number
  readonly act: Act
  readonly kind: ActKind
}

const isMember = ({ world, act }: Context): boolean => has(world.members, 1 << act.server)

/** What the acts of clients can do next. */
export function* stepsOfActs(
  world: World,
  scenario: Scenario,
  holds: Holds,
): Iterable<Step<World>> {
  for (const [index, kind] of scenario.acts.entries()) {
    const act = world.acts[index]!
    if (act.step === 'over') continue
    const context: Context = { world, holds, index, act, kind }
    const name = `${kind.kind} at ${act.server}`
    for (const next of nextOf(context)) yield [`${name}: ${act.step}`, next]
    // The answer of the store does not come.
    if (act.step === 'await') yield [`${name}: given up`, end(context)]
  }
}

function* nextOf(context: Context): Iterable<World> {
  const { act, kind } = context
  if (act.step === 'not begun') {
    yield* begun(context)
    return
  }
  switch (kind.kind) {
    case 'head blob':
      yield* headBlob(context)
      return
    case 'upload blob':
      yield* uploadBlob(context)
      return
    case 'put manifest':
      yield* putManifest(context, kind.manifest)
      return
    case 'head manifest':
      yield* headManifest(context, kind.manifest)
  }
}

function* begun(context: Context): Iterable<World> {
  const { world, holds, index, act, kind } = context
  const { isUp, hasLapsed, known } = world.servers[act.server]!
  if (!isUp || (hasLapsed && holds('own clock'))) return
  const mustAsk = (needed: Bits) => holds('pardon') && meets(known, needed)
  switch (kind.kind) {
    case 'head blob':
      yield withAct(world, index, { step: mustAsk(keys.blob) ? 'ask' : 'look' })
      return
    case 'upload blob':
      yield withAct(world, index, { step: mustAsk(keys.blob) ? 'ask' : 'send' })
      return
    case 'put manifest':
      yield withAct(world, index, { step: holds('intent before check') ? 'intend' : 'check' })
      return
    case 'head manifest':
      if (holds('row before answer')) yield withAct(world, index, { step: 'intend' })
      else {
        const step = mustAsk(reachOf(kind.manifest)) ? 'ask' : 'check'
        yield withAct(world, index, { step })
      }
  }
}

function* headBlob(context: Context): Iterable<World> {
  const { world, index, act } = context
  switch (act.step) {
    case 'ask':
      yield* pardoned(context, keys.blob, 'look')
      return
    case 'look':
      yield has(world.stored, keys.blob) ? withAct(world, index, { step: 'answer' }) : end(context)
      return
    case 'answer':
      yield tell(context)
  }
}

function* uploadBlob(context: Context): Iterable<World> {
  const { world, holds, index, act } = context
  switch (act.step) {
    case 'ask':
      if (!isMember(context)) return
      if (meets(world.sentenced | world.unsettled, keys.blob) && holds('writers wait')) return
      yield withAct({ ...world, condemned: without(world.condemned, keys.blob) }, index, {
        step: 'send',
      })
      return
    case 'send':
      yield send(context, keys.blob)
      return
    case 'await':
      if (act.isAnswered) yield withAct(world, index, { step: 'answer' })
      return
    case 'answer':
      yield tell(context)
  }
}

function* putManifest(context: Context, manifest: ManifestName): Iterable<World> {
  const { world, holds, index, act } = context
  const link = keys.link[manifest]
  const tag = keys.tag[manifest]
  switch (act.step) {
    case 'intend':
      yield* intended(context, reachOf(manifest), holds('intent before check') ? 'check' : 'write')
      return
    case 'check':
      if (!has(world.stored, keys.blob)) yield end(withdrawn(context))
      else yield withAct(world, index, { step: act.hasIntent ? 'write' : 'intend' })
      return
    case 'write':
      yield send(context, link)
      return
    case 'await':
      if (act.isAnswered) yield withAct(world, index, { step: 'tag' })
      return
    case 'tag': {
      const hasIntent = holds('intent is kept') && act.hasIntent
      yield withAct(
        {
          ...world,
          stored: world.stored | tag,
          isNew: world.isNew | tag,
          promised: world.promised | reachOf(manifest) | tag,
        },
        index,
        { step: 'over', hasIntent },
      )
    }
  }
}

/** `docker push` of an image that is there already is nothing but this. */
function* headManifest(context: Context, manifest: ManifestName): Iterable<World> {
  const { world, holds, index, act } = context
  const reach = reachOf(manifest)
  switch (act.step) {
    case 'ask':
      yield* pardoned(context, reach, 'check')
      return
    case 'intend':
      yield* intended(context, reach, 'check')
      return
    case 'check': {
      const needed = holds('answer checks reach') ? reach : keys.link[manifest]
      if (!has(world.stored, needed)) yield end(withdrawn(context))
      else yield withAct(world, index, { step: 'answer' })
      return
    }
    case 'answer': {
      if (mayNotAnswer(context)) yield end(context)
      else {
        const { remembered } = world.servers[act.server]!
        const remembering = withServer(world, act.server, { remembered: remembered | reach })
        const told = { ...remembering, promised: world.promised | reach }
        yield withAct(told, index, { step: 'over' })
      }
    }
  }
}

/** Commits that the keys are needed, unless they are being removed. */
function* pardoned(context: Context, needed: Bits, next: 'look' | 'check'): Iterable<World> {
  const { world, holds, index } = context
  if (!isMember(context)) yield end(context)
  else if (meets(world.sentenced | world.unsettled, needed) && holds('sentenced is absent')) {
    yield end(context)
  } else {
    yield withAct({ ...world, condemned: without(world.condemned, needed) }, index, { step: next })
  }
}

function* intended(context: Context, reach: Bits, next: 'check' | 'write'): Iterable<World> {
  const { world, holds, index } = context
  if (!isMember(context)) return
  if (meets(world.sentenced | world.unsettled, reach) && holds('intent is refused')) return
  const condemned = holds('intent pardons') ? without(world.condemned, reach) : world.condemned
  yield withAct({ ...world, condemned }, index, { step: next, hasIntent: true })
}

const send = (context: Context, sent: Bits): World => {
  const { world, index } = context
  const request = { verb: 'put', keys: sent, by: index } as const
  return withAct({ ...world, requests: [...world.requests, request] }, index, {
    step: 'await',
    isAnswered: false,
  })
}

function mayNotAnswer({ world, holds, act }: Context): boolean {
  if (world.servers[act.server]!.hasLapsed && holds('own clock')) return true
  return act.isStale && holds('stale acts end')
}

/** Tells the client that the blob is stored, which holds while the server is one of the servers. */
function tell(context: Context): World {
  const { world, holds, index, act } = context
  if (mayNotAnswer(context)) return end(context)
  const { remembered, told } = world.servers[act.server]!
  const telling = withServer(world, act.server, {
    remembered: holds('remember') ? remembered | keys.blob : remembered,
    told: told | keys.blob,
  })
  return withAct(telling, index, { step: 'over' })
}

const end = ({ world, index }: Context): World => withAct(world, index, { step: 'over' })

const withdrawn = (context: Context): Context => ({
  ...context,
  world: withAct(context.world, context.index, { hasIntent: false }),
})
