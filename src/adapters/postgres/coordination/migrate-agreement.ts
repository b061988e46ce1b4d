import { sql, type Kysely, type Migration } from 'kysely'
import { bringUpToDate } from '#adapters/sql/bring-up-to-date.ts'
import type { Database } from '#adapters/sql/schema.ts'

const first: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of tables) await sql.raw(statement).execute(db)
  },
}

/** Never changed once released: a later change is a new migration. */
const tables = [
  // One row for each time that a server has joined. The row goes when it is counted out.
  `create table agreement_servers (
    id bigint generated always as identity primary key,
    name text collate "C" not null,
    beat bigint not null default 0,
    loaded bigint not null,
    joined_at timestamptz not null default clock_timestamp()
  )`,
  // One row. The version counts what has been condemned, and what ended that.
  `create table agreement_lead (
    is_only boolean primary key default true check (is_only),
    epoch bigint not null,
    server bigint,
    includes_pushes boolean not null,
    version bigint not null
  )`,
  `insert into agreement_lead (epoch, includes_pushes, version) values (0, true, 0)`,
  `create table agreement_keys (
    folder text collate "C" not null,
    digest text collate "C" not null,
    state text not null check (state in ('condemned', 'sentenced', 'unsettled')),
    batch bigint,
    primary key (folder, digest),
    check ((batch is null) = (state = 'condemned'))
  )`,
  `create index agreement_keys_by_digest on agreement_keys (digest)`,
  `create index agreement_keys_by_batch on agreement_keys (batch) where batch is not null`,
  `create sequence agreement_batches`,
  // Their server may be gone: it is there for people.
  `create table agreement_intents (
    id bigint generated always as identity primary key,
    server bigint not null,
    made_at timestamptz not null default clock_timestamp()
  )`,
  `create index agreement_intents_by_age on agreement_intents (made_at)`,
  `create table agreement_reach (
    intent bigint not null references agreement_intents (id) on delete cascade,
    digest text collate "C" not null,
    primary key (intent, digest)
  )`,
  `create index agreement_reach_by_digest on agreement_reach (digest)`,
  `create table agreement_locks (
    repository text collate "C" primary key,
    token bigint not null,
    server bigint
  )`,
  `create index agreement_locks_by_server on agreement_locks (server) where server is not null`,
  // A tag whose change was sent and has no answer.
  `create table agreement_tags (
    repository text collate "C" not null,
    tag text collate "C" not null,
    token bigint not null,
    wanted text collate "C",
    server bigint not null,
    batch bigint not null,
    is_unsettled boolean not null default false,
    primary key (repository, tag)
  )`,
  `create table agreement_terms (
    subject text collate "C" primary key,
    token bigint not null,
    server bigint,
    holder text collate "C" not null
  )`,
  `create table agreement_feed (
    is_only boolean primary key default true check (is_only),
    number bigint not null
  )`,
  `insert into agreement_feed (number) values (0)`,
  `create table agreement_changes (
    number bigint primary key,
    topic text collate "C" not null,
    body text collate "C" not null,
    made_at timestamptz not null default clock_timestamp()
  )`,
] as const

/** The push gate: how it is, whom each server has seen it so, and the pushes that go on. */
const pushGate: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of gateTables) await sql.raw(statement).execute(db)
  },
}

const gateTables = [
  `create table agreement_gate (
    is_only boolean primary key default true check (is_only),
    number bigint not null,
    state text not null check (state in ('open', 'closing', 'closed')),
    server bigint,
    mode text not null,
    remaining_ms bigint,
    check ((server is null) = (state = 'open'))
  )`,
  `insert into agreement_gate (number, state, mode) values (0, 'open', 'reject-pushes')`,
  `alter table agreement_servers
    add column gate_seen bigint not null default 0,
    add column is_committing boolean not null default false`,
  `create table agreement_pushes (
    server bigint not null,
    repository text collate "C" not null,
    primary key (server, repository)
  )`,
] as const

/** Whether a holder of a lock has ended all that it began. */
const unfinishedLocks: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`alter table agreement_locks
      add column is_finished boolean not null default false,
      add column was_finished boolean not null default true`.execute(db)
  },
}

/** What keeps a server from writing once it was counted out. */
const fences: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`alter table agreement_servers
      add column fence text collate "C" not null default ''`.execute(db)
  },
}

/** An act that has ended has written all that its intent was for. */
const endedIntents: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`alter table agreement_intents add column ended_at timestamptz`.execute(db)
  },
}

/** By name, in order. Only add to it. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-push-gate': pushGate,
  '0003-unfinished-locks': unfinishedLocks,
  '0004-fences': fences,
  '0005-ended-intents': endedIntents,
}

/**
 * Makes the tables of the agreement, or brings them up to date. They have migrations of their own:
 * only this database has them.
 */
export const migrateAgreement = (
  db: Kysely<Database>,
  where: { readonly where: string; readonly schema: string },
): Promise<void> => bringUpToDate(db, { ...where, migrations, prefix: 'agreement_' })
