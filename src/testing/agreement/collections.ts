import type { Step } from './explore.ts'
import type { Holds } from './rules.ts'
import {
  has,
  keys,
  links,
  manifestNames,
  meets,
  reachOf,
  withRun,
  without,
  type Bits,
  type Run,
  type Scenario,
  type World,
} from './world.ts'

/** Collections name themselves in requests by this much more than their number. */
export const firstRun = 100

/** What all intents that count reach. */
function reachedByIntents(world: World, scenario: Scenario): Bits {
  let reached = 0
  for (const [index, act] of world.acts.entries()) {
    if (!act.hasIntent) continue
    const kind = scenario.acts[index]!
    if ('manifest' in kind) reached |= reachOf(kind.manifest)
  }
  return reached
}

/** What collections can do next. */
export function* stepsOfRuns(
  world: World,
  scenario: Scenario,
  holds: Holds,
): Iterable<Step<World>> {
  for (const [index, run] of world.runs.entries()) {
    if (run.step === 'over' || !world.servers[run.server]!.isUp) continue
    for (const next of nextOf({ world, scenario, holds, index, run })) {
      yield [`collection ${index}: ${run.step}`, next]
    }
  }
}

interface Context {
  readonly world: World
  readonly scenario: Scenario
  readonly holds: Holds
  readonly index: number
  readonly run: Run
}

function* nextOf(context: Context): Iterable<World> {
  const { world, holds, index, run } = context
  const leads = world.leader === index
  switch (run.step) {
    case 'not begun':
      if (world.leader !== -1 || !has(world.members, 1 << run.server)) return
      // In their order: two that are alike need not be explored twice.
      if (world.runs.slice(0, index).some(({ step }) => step === 'not begun')) return
      yield withRun({ ...world, leader: index }, index, { step: 'list' })
      return
    case 'list':
      for (const listed of new Set([world.stored, without(world.stored, world.isNew)])) {
        const candidates = candidatesOf(listed)
        yield withRun(world, index, {
          step: candidates === 0 ? 'over' : 'condemn',
          listed: candidates,
          candidates,
        })
      }
      return
    case 'condemn':
      yield leads ? condemned(context) : over(context)
      return
    case 'barrier':
      if (!leads) yield over(context)
      else if (!holds('barrier') || has(world.acknowledged, world.members)) {
        yield withRun(world, index, { step: 'sentence', candidates: world.condemned })
      }
      return
    case 'sentence':
      yield* sentenced(context)
      return
    case 'send':
      yield sent(context)
      return
    case 'await':
      yield* awaited(context)
  }
}

/** What no tag leads to. Every untagged manifest is old enough to go. */
function candidatesOf(listed: Bits): Bits {
  let needed = 0
  for (const name of manifestNames) {
    if (has(listed, keys.link[name] | keys.tag[name])) needed |= reachOf(name)
  }
  return without(listed & (links | keys.blob), needed)
}

/** In one transaction, which sees every intent or is seen by it. */
function condemned({ world, scenario, holds, index, run }: Context): World {
  const reached = holds('intent is root') ? reachedByIntents(world, scenario) : 0
  const candidates = without(run.listed, reached)
  return withRun({ ...world, condemned: candidates, acknowledged: 0 }, index, { step: 'barrier' })
}

function* sentenced(context: Context): Iterable<World> {
  const { world, holds, index, run } = context
  if (world.leader !== index && holds('newest leader')) {
    yield over(context)
    return
  }
  // What was pardoned may be asked for again: an act that did not find it needs it no longer.
  if (world.leader === index && has(world.members, 1 << run.server)) {
    yield withRun(world, index, { step: 'condemn' })
  }
  const inBatch = run.batch === 'links' ? links : keys.blob
  const victims = (holds('still condemned') ? world.condemned : run.candidates) & inBatch
  if (victims === 0) {
    yield nextBatch(context)
    return
  }
  yield withRun(
    {
      ...world,
      condemned: without(world.condemned, victims),
      sentenced: world.sentenced | victims,
    },
    index,
    { step: 'send', victims },
  )
}

function sent({ world, holds, index, run }: Context): World {
  const request = { verb: 'delete', keys: run.victims, by: firstRun + index } as const
  const attempts = holds('sent once') ? [request] : [request, request]
  return withRun({ ...world, requests: [...world.requests, ...attempts] }, index, {
    step: 'await',
    isAnswered: false,
  })
}

function* awaited(context: Context): Iterable<World> {
  const { world, holds, run } = context
  // What a follower took over is no longer this one's to settle.
  const mine = world.leader === context.index ? run.victims : 0
  const settled = { ...world, sentenced: without(world.sentenced, mine) }
  if (run.isAnswered) yield nextBatch({ ...context, world: settled })
  // It waits no longer.
  const unsettled = holds('unsettled') ? world.unsettled | mine : world.unsettled
  yield nextBatch({ ...context, world: { ...settled, unsettled } })
}

function nextBatch(context: Context): World {
  const { world, index, run } = context
  if (run.batch === 'blobs') return over(context)
  return withRun(world, index, { step: 'sentence', batch: 'blobs', victims: 0, isAnswered: false })
}

/** Ends a collection; if it still leads, what it condemned and did not remove is pardoned. */
function over({ world, index }: Context): World {
  const ended = withRun(world, index, endedRun)
  return world.leader === index ? { ...ended, leader: -1, condemned: 0 } : ended
}

export const endedRun = {
  step: 'over',
  batch: 'links',
  listed: 0,
  candidates: 0,
  victims: 0,
  isAnswered: false,
} as const

/** Another server takes the lead from a leader that it has not heard of for too long. */
export function depose(world: World, holds: Holds): World {
  return {
    ...world,
    leader: -1,
    condemned: 0,
    sentenced: 0,
    unsettled: holds('unsettled') ? world.unsettled | world.sentenced : world.unsettled,
  }
}

/** So much time has passed that no request for an unsettled key can still be applied. */
export function* settle(world: World, holds: Holds): Iterable<World> {
  if (world.unsettled === 0) return
  const isPending = world.requests.some(
    (request) => request.verb === 'delete' && meets(request.keys, world.unsettled),
  )
  if (isPending && holds('bounded store')) return
  let settled: World = { ...world, unsettled: 0 }
  if (holds('signed before')) {
    for (const [index, run] of world.runs.entries()) {
      if (run.step === 'send' && meets(run.victims, world.unsettled)) {
        settled = withRun(settled, index, endedRun)
      }
    }
  }
  yield settled
}
