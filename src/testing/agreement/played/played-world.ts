import { sql, type Kysely } from 'kysely'
import { has, keys, type Bits, type Scenario } from '../world.ts'
import { createHeldStore } from './held-store.ts'
import { play, playRun } from './played-acts.ts'
import { startPlayedServer, type Parts, type PlayedServer } from './played-server.ts'
import { createProcess, createRest, type Process } from './process.ts'

/** A scenario of the model, played with the adapter itself. */
export interface PlayedWorld {
  /** Makes a step of the model, by its name. False if that cannot happen here. */
  step(name: string): Promise<boolean>
  /** Something that a client was told is stored, or was promised, is not. */
  isLoss(): boolean
  /** The blob that all scenarios begin with has been removed. */
  isGone(): boolean
  /** A client was told that it is there, or will stay. */
  isTold(): boolean
  /** All that ends by itself ends: what is kept from a client then is kept for ever. */
  comeToRest(): Promise<readonly string[]>
}

interface Seat {
  server: PlayedServer
  isUp: boolean
  lastId: number
}

interface Part {
  readonly process: Process
  readonly seat: Seat
  hasBegun: boolean
  begin(): Promise<void>
}

const tables = ['servers', 'keys', 'intents', 'reach']

/** @param db the tables of the agreement, which begin empty */
export async function openPlayedWorld(
  db: Kysely<unknown>,
  scenario: Scenario,
  parts: Parts,
): Promise<PlayedWorld> {
  for (const table of tables) await sql.raw(`delete from agreement_${table}`).execute(db)
  await sql`update agreement_lead set server = null`.execute(db)
  const rest = createRest()
  const store = createHeldStore(scenario.stored)
  let promised: Bits = 0

  async function started(): Promise<Seat> {
    const server = await startPlayedServer(db, parts, rest)
    return { server, isUp: true, lastId: server.membership.current() }
  }
  const seats: Seat[] = []
  for (let at = 0; at < scenario.servers; at += 1) seats.push(await started())
  const seatOf = (server: number): Seat => seats[server] as Seat

  const parted = (server: number, begin: (process: Process, seat: Seat) => Promise<void>): Part => {
    const process = createProcess(rest)
    const seat = seatOf(server)
    return { process, seat, hasBegun: false, begin: () => begin(process, seat) }
  }
  const acts = scenario.acts.map((kind) =>
    parted(kind.server, (process, { server }) =>
      play({ kind, server, store, process, promise: (kept) => void (promised |= kept) }),
    ),
  )
  const runs = scenario.runs.map((server) =>
    parted(server, (process, seat) => playRun({ server: seat.server, store, process })),
  )

  /** Makes something go on, and waits until all are held or over again. */
  async function after(go: () => boolean): Promise<boolean> {
    const next = rest.next()
    if (!go()) return false
    await next
    return true
  }

  async function stepOfPart(part: Part, what: string): Promise<boolean> {
    if (what === 'not begun') {
      if (part.hasBegun || !part.seat.isUp) return false
      part.hasBegun = true
      return await after(() => {
        part.process.run(part.begin)
        return true
      })
    }
    // One thing is learned after the other.
    if (what === 'condemn' && part.seat.server.loading.heldAt() !== null) return false
    return await after(() => part.process.release(what))
  }

  /** The server is no longer one of the servers, because the others have not heard of it. */
  async function countOut(seat: Seat): Promise<void> {
    const { rows } = await sql<{ beat: number }>`
      select beat from agreement_servers where id = ${seat.lastId}`.execute(db)
    const [row] = rows
    if (row !== undefined) await seat.server.agreement.countOut(seat.lastId, row.beat)
    seat.server.told = 0
  }

  async function stepOfServer(seat: Seat, what: string): Promise<boolean> {
    const { server } = seat
    switch (what) {
      case 'loads what is condemned':
        if (!seat.isUp) return false
        // A leader has begun with that by itself.
        if (server.loading.heldAt() !== null) return true
        return await after(() => {
          server.loading.run(server.membership.load)
          return true
        })
      case 'acknowledges':
        return await after(() => server.loading.release('acknowledges'))
      case 'is counted out':
        server.lapse()
        await countOut(seat)
        // What it was about to say is refused.
        await after(() => server.loading.release('acknowledges'))
        return true
      case 'joins again':
        if (!seat.isUp || server.loading.heldAt() !== null) return false
        await server.membership.beat()
        seat.lastId = server.membership.current()
        return true
      case 'crashes':
        seat.isUp = false
        server.told = 0
        server.loading.abandon()
        for (const part of [...acts, ...runs]) {
          if (part.seat === seat && part.hasBegun) part.process.abandon()
        }
        return true
      case 'starts':
        if (seat.isUp) return false
        // The others find out that it is another process.
        await countOut(seat)
        Object.assign(seat, await started())
        return true
      default:
        return what === 'forgets what was condemned'
    }
  }

  async function step(name: string): Promise<boolean> {
    const [, who = '', what = ''] = /^(.*?): (.*)$/.exec(name) ?? []
    const act = /^.* at (\d)$/.exec(who)
    if (act !== null) {
      const at = scenario.acts.findIndex(({ kind, server }) => `${kind} at ${server}` === who)
      return await stepOfPart(acts[at] as Part, what === 'given up' ? 'await' : what)
    }
    const run = /^collection (\d)$/.exec(who)
    if (run !== null) return await stepOfPart(runs[Number(run[1])] as Part, what)
    const request = /^(put|delete) (\d+)( is lost)?$/.exec(what)
    if (request !== null) {
      const [, verb = '', sent, isLost] = request
      return store[isLost === undefined ? 'apply' : 'lose'](verb, Number(sent))
    }
    const server = /^(\d) (.*)$/.exec(name)
    if (server !== null) return await stepOfServer(seatOf(Number(server[1])), server[2] ?? '')
    const one = seats.find(({ isUp }) => isUp)?.server
    if (one === undefined) return false
    if (name === 'an intent is old') await one.agreement.forgetOldIntents(0)
    if (name === 'unsettled keys are settled') {
      // The store promises that nothing is applied so late.
      if (store.isRemoving()) return false
      store.expire()
      await settleAll(one)
    }
    return true
  }

  async function settleAll({ agreement }: PlayedServer): Promise<void> {
    const { rows } = await sql<{ batch: number }>`
      select distinct batch from agreement_keys where state = 'unsettled'`.execute(db)
    await agreement.settleOld(rows.map(({ batch }) => batch))
  }

  return {
    step,
    isLoss: () =>
      !has(store.stored, promised) || seats.some(({ server }) => !has(store.stored, server.told)),
    isGone: () => !has(store.stored, keys.blob),
    isTold: () => has(promised, keys.blob) || seats.some(({ server }) => server.told !== 0),
    async comeToRest() {
      for (const seat of seats) await countOut(seat)
      for (const { process } of [...acts, ...runs]) process.abandon()
      const last = await startPlayedServer(db, parts, rest)
      await settleAll(last)
      const { rows } = await sql<{ folder: string }>`select folder from agreement_keys`.execute(db)
      const lead = await sql`select 1 from agreement_lead where server is not null`.execute(db)
      return [...rows.map(({ folder }) => folder), ...lead.rows.map(() => 'the lead')]
    },
  }
}
