import { sql, type Kysely, type RawBuilder } from 'kysely'

/** A transaction that reads what is committed when each of its statements begins. */
export type Transaction = Kysely<unknown>

/** A blob or a link, as the state of its removal names it. */
export interface Key {
  readonly folder: string
  readonly digest: string
}

/** A tag, or a link of a manifest, whose change has no answer. */
export interface ChangingTag {
  readonly tag: string
  readonly batch: number
  /** Its answer will not come: it is settled once so much time has passed. */
  readonly isUnsettled: boolean
}

/** The number of a server, from when it joined until it is counted out. */
export type ServerId = number

/** Digests within a statement. */
type Digests = RawBuilder<unknown>
type Condition = RawBuilder<boolean>

const rowsOf = async <Row>(tx: Transaction, statement: RawBuilder<Row>): Promise<readonly Row[]> =>
  (await statement.execute(tx)).rows

const foldersOf = (keys: readonly Key[]): string[] => keys.map(({ folder }) => folder)
const digestsOf = (keys: readonly Key[]): string[] => keys.map(({ digest }) => digest)

/** A server that was counted out commits nothing. */
export const isAmongServers = (server: ServerId): Condition =>
  sql`exists (select 1 from agreement_servers where id = ${sql.lit(server)})`

/**
 * The statements that hold the rules of the agreement, each one rule or a part of it. A test takes
 * each of them away, and must find what it loses then.
 */
export const agreementSteps = {
  /** A server that was counted out commits nothing. See also `isAmongServers`. */
  async isServer(tx: Transaction, server: ServerId): Promise<boolean> {
    const query = sql`select 1 from agreement_servers where id = ${server}`
    return (await rowsOf(tx, query)).length > 0
  },

  /** Whether any of these digests is being removed, or may still be. */
  isAnyRemoved: (digests: Digests): Condition =>
    sql`exists (
      select 1 from agreement_keys where digest = any(${digests}) and state <> 'condemned'
    )`,

  /** What is being removed, or may still be, of these digests. */
  beingRemoved: (tx: Transaction, digests: readonly string[]): Promise<readonly Key[]> =>
    rowsOf(
      tx,
      sql<Key>`select folder, digest from agreement_keys
        where digest = any(${digests}::text[]) and state <> 'condemned'`,
    ),

  /** Which rows go when digests are pardoned. */
  isPardoned: (digests: Digests): Condition =>
    sql`digest = any(${digests}) and state = 'condemned'`,

  /** Those of the digests that an intent reaches. */
  async reachedByIntents(tx: Transaction, digests: readonly string[]): Promise<readonly string[]> {
    const query = sql<{ digest: string }>`select distinct digest from agreement_reach
      where digest = any(${digests}::text[])`
    return (await rowsOf(tx, query)).map(({ digest }) => digest)
  },

  /** Whether a collection goes on, which may have listed before an intent was made. */
  async isCollecting(tx: Transaction): Promise<boolean> {
    const query = sql`select 1 from agreement_lead where server is not null`
    return (await rowsOf(tx, query)).length > 0
  },

  /** Whether no collection has begun after this one. */
  async isNewest(tx: Transaction, epoch: number): Promise<boolean> {
    const query = sql`select 1 from agreement_lead
      where epoch = ${epoch} and server is not null`
    return (await rowsOf(tx, query)).length > 0
  },

  /** The servers that have not loaded what was condemned with this version. */
  async notLoaded(tx: Transaction, version: number): Promise<readonly ServerId[]> {
    const query = sql<{ id: number }>`select id from agreement_servers where loaded < ${version}`
    return (await rowsOf(tx, query)).map(({ id }) => id)
  },

  /** Sentences those of the keys that are condemned in this moment. */
  sentence: (tx: Transaction, batch: number, keys: readonly Key[]): Promise<readonly Key[]> =>
    rowsOf(
      tx,
      sql<Key>`update agreement_keys set state = 'sentenced', batch = ${batch}
        where state = 'condemned' and (folder, digest) in (
          select * from unnest(${foldersOf(keys)}::text[], ${digestsOf(keys)}::text[])
        ) returning folder, digest`,
    ),

  /** What is being removed for a collection that has ended may still be removed. */
  async unsettle(tx: Transaction): Promise<void> {
    await sql`update agreement_keys set state = 'unsettled' where state = 'sentenced'`.execute(tx)
  },

  /** The removal of these had no answer. */
  async unsettleSome(tx: Transaction, batch: number, keys: readonly Key[]): Promise<void> {
    await sql`update agreement_keys set state = 'unsettled'
      where batch = ${batch} and state = 'sentenced'
        and (folder, digest) in (
          select * from unnest(${foldersOf(keys)}::text[], ${digestsOf(keys)}::text[])
        )`.execute(tx)
  },

  /** Whether this is the newest token of the lock, and its holder still one of the servers. */
  async isNewestToken(tx: Transaction, repository: string, token: number): Promise<boolean> {
    const query = sql`select 1 from agreement_locks l
      where l.repository = ${repository} and l.token = ${token}
        and exists (select 1 from agreement_servers s where s.id = l.server)
      for update of l`
    return (await rowsOf(tx, query)).length > 0
  },

  /** Those of the tags whose change was sent and has no answer. */
  tagsChanging: (
    tx: Transaction,
    repository: string,
    tags: readonly string[],
  ): Promise<readonly ChangingTag[]> =>
    rowsOf(
      tx,
      sql<ChangingTag>`select tag, batch, is_unsettled as "isUnsettled" from agreement_tags
        where repository = ${repository} and tag = any(${tags}::text[]) order by tag`,
    ),

  /** The locks of a server that is no longer one of the servers may be given on at once. */
  async closeLocksOf(_tx: Transaction, _server: ServerId): Promise<void> {},

  /** So may a lock whose holder says that what it began has not ended. */
  async closeLock(_tx: Transaction, _repository: string, _token: number): Promise<void> {},
}

export type AgreementSteps = typeof agreementSteps

/** As if it were a tag: no tag has this name. */
const wholeRepository = ''

/** Keeps locks from being given on until nothing that was sent under them can come any more. */
const closeLocks = async (tx: Transaction, which: RawBuilder<unknown>): Promise<void> => {
  await sql`insert into agreement_tags (repository, tag, token, wanted, server, batch, is_unsettled)
    select repository, ${wholeRepository}, token, null, server, nextval('agreement_batches'), true
    from agreement_locks where server is not null and not is_finished and ${which}
    on conflict (repository, tag) do update set batch = excluded.batch`.execute(tx)
}

/**
 * What may still come of what was sent under the lock of a repository, by who did not end it: the
 * numbers with which that is settled.
 */
export async function whatClosed(tx: Transaction, repository: string): Promise<readonly number[]> {
  const query = sql<{ batch: number }>`select batch from agreement_tags
    where repository = ${repository} and tag = ${wholeRepository}`
  return (await rowsOf(tx, query)).map(({ batch }) => batch)
}

/** Where a request of a server that is gone may come late, as in a bucket. */
export const stepsOfLateStores: AgreementSteps = {
  ...agreementSteps,
  closeLocksOf: (tx, server) => closeLocks(tx, sql`server = ${server}`),
  closeLock: (tx, repository, token) =>
    closeLocks(tx, sql`repository = ${repository} and token = ${token}`),
}
