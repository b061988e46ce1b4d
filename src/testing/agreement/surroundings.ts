import type { Step } from './explore.ts'
import { depose, endedRun, firstRun, settle } from './collections.ts'
import type { Holds } from './rules.ts'
import {
  has,
  isUnderWay,
  keys,
  newServer,
  withAct,
  without,
  withRun,
  withServer,
  type Bits,
  type Act,
  type Request,
  type Scenario,
  type World,
} from './world.ts'

/** What the store, the database, clocks and accidents can do next. */
export function* stepsOfSurroundings(
  world: World,
  scenario: Scenario,
  holds: Holds,
): Iterable<Step<World>> {
  yield* requests(world)
  yield* servers(world, scenario, holds)
  yield* intents(world, scenario, holds)
  if (world.leader !== -1 && scenario.endsWithServer !== true)
    yield ['the leader is deposed', depose(world, holds)]
  for (const settled of settle(world, holds)) yield ['unsettled keys are settled', settled]
}

function* requests(world: World): Iterable<Step<World>> {
  for (const [index, request] of world.requests.entries()) {
    const rest = { ...world, requests: world.requests.filter((_, at) => at !== index) }
    const name = `the store: ${request.verb} ${request.keys}`
    yield [`${name} is lost`, rest]
    const isPut = request.verb === 'put'
    const applied: World = {
      ...rest,
      stored: isPut ? world.stored | request.keys : without(world.stored, request.keys),
      isNew: isPut ? world.isNew | request.keys : without(world.isNew, request.keys),
    }
    yield [name, answered(applied, request)]
  }
}

function answered(world: World, { by, keys: sent }: Request): World {
  if (by >= firstRun) {
    const run = world.runs[by - firstRun]!
    const isWaiting = run.step === 'await' && run.victims === sent
    return isWaiting ? withRun(world, by - firstRun, { isAnswered: true }) : world
  }
  return world.acts[by]!.step === 'await' ? withAct(world, by, { isAnswered: true }) : world
}

function* servers(world: World, scenario: Scenario, holds: Holds): Iterable<Step<World>> {
  for (const [index, server] of world.servers.entries()) {
    const self = 1 << index
    const isMember = has(world.members, self)
    if (!server.isUp) {
      yield [`${index} starts`, joined(world, index)]
    } else {
      if (!isMember) yield [`${index} joins again`, joined(world, index)]
      if (scenario.crashes !== false) yield [`${index} crashes`, crashed(world, index)]
    }
    yield* loads(world, scenario, index, holds)
    const endsRun = scenario.endsWithServer === true && leads(world, index)
    if (isMember && (isAtBarrier(world) || endsRun) && scenario.crashes !== false) {
      const left = countedOut(world, index, holds)
      yield [`${index} is counted out`, endsRun ? depose(left, holds) : left]
    }
  }
  const nothingThere = (world.condemned | world.sentenced | world.unsettled) === 0
  for (const [index, { known, loading }] of world.servers.entries()) {
    if (nothingThere && known !== 0 && loading === -1) {
      yield [`${index} forgets what was condemned`, withServer(world, index, { known: 0 })]
    }
  }
}

const isAtBarrier = ({ leader, runs }: World): boolean =>
  leader !== -1 && runs[leader]!.step === 'barrier'

const leads = ({ leader, runs }: World, server: number): boolean =>
  leader !== -1 && runs[leader]!.server === server

function* loads(
  world: World,
  scenario: Scenario,
  index: number,
  holds: Holds,
): Iterable<Step<World>> {
  const server = world.servers[index]!
  const self = 1 << index
  if (!server.isUp || !has(world.members, self)) return
  if (server.loading !== -1) {
    const done = withServer(world, index, { loading: -1 })
    if (server.loading !== world.leader) yield [`${index} loaded too late`, done]
    else {
      const held = holds('held at once') ? heldAt(world, scenario, index) : 0
      const condemned = without(world.condemned, server.remembered | held)
      const acknowledged = world.acknowledged | self
      yield [`${index} acknowledges`, { ...done, condemned, acknowledged }]
    }
    return
  }
  if (!isAtBarrier(world) || has(world.acknowledged, self)) return
  const loading = withServer(world, index, {
    loading: world.leader,
    known: server.known | world.condemned,
  })
  yield [`${index} loads what is condemned`, loading]
}

/** What acts that look for the blob, or write it, have asked for. */
const heldAt = ({ acts }: World, scenario: Scenario, index: number): Bits =>
  acts.some((act, at) => {
    const isOfBlob = !('manifest' in scenario.acts[at]!)
    return isOfBlob && act.server === index && isUnderWay(act) && !act.isStale
  })
    ? keys.blob
    : 0

const changeActsOf = (world: World, server: number, change: Partial<Act>): readonly Act[] =>
  world.acts.map((act) => (act.server === server && isUnderWay(act) ? { ...act, ...change } : act))

/**
 * A server that does not acknowledge is no longer waited for. It has stopped by its own clock
 * before; what it would do in between is less than what it may do until then.
 */
function countedOut(world: World, index: number, holds: Holds): World {
  const acts = changeActsOf(world, index, { isStale: true })
  const members = without(world.members, 1 << index)
  const hasLapsed = holds('own clock') || !world.servers[index]!.isUp
  return withServer({ ...world, acts, members }, index, { told: 0, loading: -1, hasLapsed })
}

/** A process that ends loses what it remembered; a leader stays in the database until deposed. */
function crashed(world: World, index: number): World {
  const acts = changeActsOf(world, index, { step: 'over' })
  const runs = world.runs.map((run) => {
    const isOver = run.server !== index || run.step === 'not begun'
    return isOver ? run : { ...run, ...endedRun }
  })
  const gone = { ...newServer, isUp: false, hasLapsed: true }
  return withServer({ ...world, acts, runs }, index, gone)
}

/** It learns what is condemned before it answers anything; what it told is void if counted out. */
function joined(world: World, index: number): World {
  const self = 1 << index
  const remembered = has(world.members, self) ? world.servers[index]!.remembered : 0
  const condemned = without(world.condemned, remembered)
  const known = condemned | world.sentenced | world.unsettled
  const change = { isUp: true, hasLapsed: false, loading: -1, remembered, known }
  return withServer(
    {
      ...world,
      condemned,
      members: world.members | self,
      acknowledged: world.acknowledged | self,
    },
    index,
    change,
  )
}

/**
 * Intents end when they are old: those of pushes that have ended, well or not. What a client was
 * told of an untagged manifest holds for as long as its intent.
 */
function* intents(world: World, scenario: Scenario, holds: Holds): Iterable<Step<World>> {
  const isOld = world.leader === -1 || !holds('intent outlives run')
  for (const [index, act] of world.acts.entries()) {
    if (!act.hasIntent || act.step !== 'over' || !isOld) continue
    if (scenario.acts[index]!.kind === 'head manifest') continue
    // By then, every listing shows what was written.
    yield ['an intent is old', withAct({ ...world, isNew: 0 }, index, { hasIntent: false })]
  }
}
