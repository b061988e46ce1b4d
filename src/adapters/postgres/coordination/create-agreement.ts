import { sql, type Kysely } from 'kysely'
import {
  agreeing,
  agreeingAtOnce,
  committed,
  committedAtOnce,
  notOneOfTheServers,
  one,
  texts,
  wake,
} from './agreeing.ts'
import type { Agreement, Heard, Loaded, OtherServer } from './agreement.ts'
import {
  agreementSteps,
  isAmongServers,
  type AgreementSteps,
  type ServerId,
  type Transaction,
} from './agreement-steps.ts'
import { endGateOf, gateIn } from './gate-table.ts'

const loadedIn = async (tx: Transaction): Promise<Loaded> => {
  const lead = await one(
    tx,
    sql<{ version: number; includes_pushes: boolean }>`
      select version, includes_pushes from agreement_lead`,
  )
  const { rows } = await sql<{ digest: string }>`
    select distinct digest from agreement_keys`.execute(tx)
  const digests = rows.map(({ digest }) => digest)
  return { version: lead.version, includesPushes: lead.includes_pushes, digests }
}

/** The newest version, which each server has to load. */
const newVersion = async (tx: Transaction): Promise<number> => {
  await wake(tx)
  const { version } = await one(
    tx,
    sql<{ version: number }>`update agreement_lead set version = version + 1 returning version`,
  )
  return version
}

/** @param steps the rules, each of which a test leaves out once */
export function createAgreement(
  db: Kysely<unknown>,
  steps: AgreementSteps = agreementSteps,
): Agreement {
  async function expectServer(tx: Transaction, server: ServerId): Promise<void> {
    if (!(await steps.isServer(tx, server))) throw notOneOfTheServers()
  }

  async function pardon(tx: Transaction, digests: readonly string[]): Promise<void> {
    await sql`delete from agreement_keys
      where ${steps.isPardoned(sql`${digests}::text[]`)}`.execute(tx)
  }

  /** Ends the collection that leads. What it condemned is pardoned. */
  async function depose(tx: Transaction): Promise<void> {
    await steps.unsettle(tx)
    await sql`delete from agreement_keys where state <> 'unsettled'`.execute(tx)
    await sql`update agreement_lead set server = null`.execute(tx)
    await newVersion(tx)
  }

  /** Of a server that is no longer one of the servers. */
  async function endAllOf(tx: Transaction, server: ServerId): Promise<void> {
    await steps.closeLocksOf(tx, server)
    await sql`update agreement_locks set server = null where server = ${server}`.execute(tx)
    await sql`update agreement_terms set server = null where server = ${server}`.execute(tx)
    await sql`update agreement_tags set is_unsettled = true where server = ${server}`.execute(tx)
    await endGateOf(tx, server)
    const led = await sql`select 1 from agreement_lead where server = ${server}`.execute(tx)
    if (led.rows.length > 0) await depose(tx)
  }

  return {
    join: (name, fence = '') =>
      agreeing(db, 'alone', async (tx) => {
        const loaded = await loadedIn(tx)
        const { id } = await one(
          tx,
          sql<{ id: number }>`insert into agreement_servers (name, fence, loaded)
            values (${name}, ${fence}, ${loaded.version}) returning id`,
        )
        return { ...loaded, server: id, gate: await gateIn(tx) }
      }),

    beat: (server) =>
      committed(db, async (tx) => {
        const { rows } = await sql`update agreement_servers set beat = beat + 1
          where id = ${server} returning id`.execute(tx)
        if (rows.length === 0) return null
        const others = await sql<OtherServer>`
          select id, beat, name, fence from agreement_servers where id <> ${server}`.execute(tx)
        const unsettled = await sql<{ batch: number }>`
          select distinct batch from agreement_keys where state = 'unsettled'
          union select batch from agreement_tags where is_unsettled`.execute(tx)
        const now = await one(
          tx,
          sql<Pick<Heard, 'version' | 'isCollecting'>>`
            select version, server is not null as "isCollecting" from agreement_lead`,
        )
        return {
          ...now,
          others: others.rows,
          unsettled: unsettled.rows.map(({ batch }) => batch),
          gate: await gateIn(tx),
        }
      }),

    load: () => agreeing(db, 'shared', loadedIn),

    acknowledge: (server, version, told) =>
      agreeing(db, 'shared', async (tx) => {
        await expectServer(tx, server)
        await pardon(tx, told)
        await sql`update agreement_servers set loaded = greatest(loaded, ${version})
          where id = ${server}`.execute(tx)
      }),

    countOut: (server, beat) =>
      agreeing(db, 'alone', async (tx) => {
        const gone = await sql`delete from agreement_servers
          where id = ${server} and beat = ${beat} returning id`.execute(tx)
        if (gone.rows.length > 0) await endAllOf(tx, server)
        return gone.rows.length > 0
      }),

    leave: (server) =>
      agreeing(db, 'alone', async (tx) => {
        await sql`delete from agreement_servers where id = ${server}`.execute(tx)
        await endAllOf(tx, server)
      }),

    pardon: (server, digests) =>
      agreeing(db, 'shared', async (tx) => {
        await expectServer(tx, server)
        await pardon(tx, digests)
        return await steps.beingRemoved(tx, digests)
      }),

    async intend(server, reach) {
      const digests = texts([...new Set(reach)])
      const { isServer, id } = await agreeingAtOnce(
        db,
        'shared',
        sql<{ isServer: boolean; id: number | null }>`with granted as (
          select 1 where ${isAmongServers(server)} and not ${steps.isAnyRemoved(digests)}
        ), pardoned as (
          delete from agreement_keys
          where exists (select 1 from granted) and ${steps.isPardoned(digests)}
        ), intent as (
          insert into agreement_intents (server) select ${sql.lit(server)} from granted returning id
        ), reached as (
          insert into agreement_reach (intent, digest) select id, unnest(${digests}) from intent
        )
        select ${isAmongServers(server)} as "isServer", (select id from intent) as id`,
      )
      if (!isServer) throw notOneOfTheServers()
      return id
    },

    unsettled: (digests) =>
      committed(db, async (tx) => {
        const { rows } = await sql<{ batch: number }>`select distinct batch from agreement_keys
          where digest = any(${digests}::text[]) and state = 'unsettled'`.execute(tx)
        return rows.map(({ batch }) => batch)
      }),

    withdraw: (intent) =>
      agreeing(db, 'shared', async (tx) => {
        await sql`delete from agreement_intents where id = ${intent}`.execute(tx)
      }),

    endIntents: (intents) =>
      committedAtOnce(
        db,
        sql`update agreement_intents set ended_at = clock_timestamp()
          where id = any(${intents}::bigint[])`,
      ),

    forgetOldIntents: (olderThanMs, endedBeforeMs = olderThanMs) =>
      agreeing(db, 'shared', async (tx) => {
        if (await steps.isCollecting(tx)) return
        await sql`delete from agreement_intents
          where made_at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond'
            or ended_at < clock_timestamp() - ${endedBeforeMs} * interval '1 millisecond'`.execute(
          tx,
        )
      }),

    lead: (server, { includesPushes }) =>
      agreeing(db, 'alone', async (tx) => {
        await expectServer(tx, server)
        const { rows } = await sql<{ epoch: number }>`update agreement_lead
          set epoch = epoch + 1, server = ${server}, includes_pushes = ${includesPushes}
          where server is null returning epoch`.execute(tx)
        return rows[0]?.epoch ?? null
      }),

    condemn: (epoch, keys) =>
      agreeing(db, 'alone', async (tx) => {
        if (!(await steps.isNewest(tx, epoch))) return null
        const digests = [...new Set(keys.map(({ digest }) => digest))]
        const needed = new Set(await steps.reachedByIntents(tx, digests))
        const candidates = keys.filter(({ digest }) => !needed.has(digest))
        await sql`insert into agreement_keys (folder, digest, state)
          select folder, digest, 'condemned' from unnest(
            ${candidates.map(({ folder }) => folder)}::text[],
            ${candidates.map(({ digest }) => digest)}::text[]
          ) candidates (folder, digest)
          on conflict (folder, digest) do nothing`.execute(tx)
        return await newVersion(tx)
      }),

    notLoaded: (version) => committed(db, (tx) => steps.notLoaded(tx, version)),

    sentence: (epoch, keys) =>
      agreeing(db, 'alone', async (tx) => {
        if (!(await steps.isNewest(tx, epoch))) return null
        const { batch } = await one(
          tx,
          sql<{ batch: number }>`select nextval('agreement_batches') as batch`,
        )
        return { batch, keys: await steps.sentence(tx, batch, keys) }
      }),

    settle: (batch, unanswered) =>
      agreeing(db, 'alone', async (tx) => {
        await steps.unsettleSome(tx, batch, unanswered)
        // What a follower took over is no longer this collection's to settle.
        await sql`delete from agreement_keys
          where batch = ${batch} and state = 'sentenced'`.execute(tx)
        await wake(tx)
      }),

    endLead: (epoch) =>
      agreeing(db, 'alone', async (tx) => {
        if (await steps.isNewest(tx, epoch)) await depose(tx)
      }),

    settleOld: (batches) =>
      agreeing(db, 'alone', async (tx) => {
        await sql`delete from agreement_keys
          where batch = any(${batches}::bigint[]) and state = 'unsettled'`.execute(tx)
        await sql`delete from agreement_tags
          where batch = any(${batches}::bigint[]) and is_unsettled`.execute(tx)
        await wake(tx)
      }),
  }
}
