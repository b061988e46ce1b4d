import { expect, test } from 'vitest'
import { detailText } from '#domain/events/detail-text.ts'
import { subjectOf } from '#domain/events/domain-event.ts'
import { inStateFile, writeEarlierState } from '#testing/builders/earlier-state.ts'
import { openSqlState } from './sql-state.ts'

/**
 * A state whose events are words, as the version before events were data wrote it. Never change it:
 * people have such files.
 */
const stateOfWords = `
CREATE TABLE "kysely_migration" ("name" varchar(255) not null primary key, "timestamp"
  varchar(255) not null);
CREATE TABLE "kysely_migration_lock" ("id" varchar(255) not null primary key, "is_locked"
  integer default 0 not null);
CREATE TABLE "accounts" ("name" text primary key, "password_hash" text not null, "is_admin"
  integer not null, "is_active" integer not null, "created_at_ms" bigint not null);
CREATE TABLE "grants" ("account_name" text not null references "accounts" ("name") on delete
  cascade, "scope" text not null, "access_level" text not null, constraint "grants_key" primary
  key ("account_name", "scope"));
CREATE TABLE "sessions" ("token_hash" text primary key, "account_name" text not null references
  "accounts" ("name") on delete cascade, "created_at_ms" bigint not null, "expires_at_ms" bigint
  not null);
CREATE TABLE "settings" ("name" text primary key, "value_json" text not null);
CREATE TABLE "jobs" ("id" text primary key, "position" bigint not null unique, "status" text not
  null, "trigger_kind" text not null, "actor" text, "is_dry_run" integer not null,
  "given_plan_id" text, "scheduled_at_ms" bigint, "started_at_ms" bigint, "updated_at_ms" bigint
  not null, "finished_at_ms" bigint, "progress_json" text, "result_json" text, "plan_id" text,
  "error" text);
CREATE INDEX "jobs_by_finished_at" on "jobs" ("is_dry_run", "finished_at_ms");
CREATE TABLE "job_log" ("job_id" text not null references "jobs" ("id") on delete cascade,
  "line_num" bigint not null, "time_ms" bigint not null, "level" text not null, "data" text not
  null, constraint "job_log_key" primary key ("job_id", "line_num"));
CREATE TABLE "plans" ("id" text primary key, "job_id" text not null, "made_at_ms" bigint not
  null, "warnings_json" text not null, "estimated_ms" bigint not null);
CREATE TABLE "plan_items" ("plan_id" text not null references "plans" ("id") on delete cascade,
  "part" integer not null, "items_json" text not null, constraint "plan_items_key" primary key
  ("plan_id", "part"));
CREATE TABLE "activity" ("id" text primary key, "position" bigint not null unique, "at_ms"
  bigint not null, "kind" text not null, "actor" text, "from_address" text, "repository" text,
  "subject" text, "detail" text);
CREATE INDEX "activity_by_time" on "activity" ("at_ms", "position");
CREATE TABLE "pushes" ("repository" text not null, "tag" text not null, "digest" text not null,
  "actor" text not null, "at_ms" bigint not null, constraint "pushes_key" primary key
  ("repository", "tag"));
CREATE INDEX "activity_by_repository" on "activity" ("repository", "at_ms", "position");
CREATE INDEX "activity_by_actor" on "activity" ("actor", "at_ms", "position");
CREATE INDEX "activity_by_kind" on "activity" ("kind", "actor", "at_ms", "position");
CREATE INDEX "activity_by_subject" on "activity" ("subject", "at_ms", "position") where
  "repository" is null;
CREATE TABLE "access_tokens" ("id" text primary key, "account_name" text not null references
  "accounts" ("name") on delete cascade, "name" text not null, "secret_hash" text not null
  unique, "repositories_json" text not null, "actions_json" text not null, "created_at_ms"
  bigint not null, "expires_at_ms" bigint, "last_used_at_ms" bigint, constraint
  "access_tokens_by_name" unique ("account_name", "name"));
CREATE TABLE "pending_acts" ("position" integer primary key autoincrement, "id" text not null
  unique, "act_json" text not null);
insert into kysely_migration values ('0001-first', '2026-01-01T00:00:00.000Z'),
  ('0002-activity-indexes', '2026-01-01T00:00:00.000Z'),
  ('0003-access-tokens', '2026-01-01T00:00:00.000Z'),
  ('0004-pending-acts', '2026-01-01T00:00:00.000Z');
insert into kysely_migration_lock values ('migration_lock', 0);
insert into accounts values ('ada', 'hash', 1, 1, 1767225600000);
insert into jobs values ('job', 0, 'done', 'person', 'ada', 0, null, null, 1767225600000,
  1767225601000, 1767225601000, null, '{"removed":{"bytes":415,"layers":1,"manifests":1}}', null,
  null);
insert into activity values
  ('a', 0, 1767225600000, 'account created', null, null, null, 'ada',
    'as the first administrator'),
  ('b', 1, 1767225600001, 'image pushed', 'ada', '192.0.2.7', 'team/app', '1', 'sha256:aa'),
  ('c', 2, 1767225600002, 'tag deleted', 'ada', '192.0.2.7', 'team/app', '1',
    'tag 1; sha256:aa stays'),
  ('d', 3, 1767225600003, 'policy changed', 'ada', '192.0.2.7', null, null,
    'timeLimitMinutes: null → 30; collectUntagged: false → true'),
  ('e', 4, 1767225600003, 'collection finished', null, null, null, 'job', 'done, 415 B freed'),
  ('f', 5, 1767225600003, 'collection finished', null, null, null, 'lost', 'done, 64 MB freed'),
  ('g', 6, 1767225600004, 'account changed', null, null, null, 'ada',
    'created as the first administrator'),
  ('h', 7, 1767225600005, 'image collected', null, null, 'team/app', 'sha256:aa', '1, 2'),
  ('i', 8, 1767225600006, 'edited by hand', null, null, null, null, null);
insert into pending_acts values (1, 'p', '{"event":{"id":"p","atMs":1767225600007,"kind":"tag restored","actor":"ada","from":null,"repository":"team/app","subject":"2","detail":"sha256:bb"},"witness":{"kind":"tag linked","repository":"team/app","tag":"2","digest":"sha256:bb","sinceMs":1767225600007},"push":null}'),
  (2, 'q', 'no JSON');
`

async function migrated(path: string) {
  const state = await openSqlState(path)
  const { events } = await state.activity.list({ limit: 5000 })
  return { state, events: events.toReversed() }
}

test('events that were words become data, and words that are no data stay', async () => {
  const { state, events } = await migrated(await writeEarlierState(stateOfWords))
  expect(events.map(({ id, kind, data }) => [id, kind, data])).toEqual([
    ['a', 'account created', { account: 'ada', role: 'first administrator' }],
    ['b', 'image pushed', { tag: '1', digest: 'sha256:aa' }],
    ['c', 'tag deleted', { reference: '1', digest: 'sha256:aa', tags: ['1'] }],
    [
      'd',
      'policy changed',
      {
        changes: [
          { field: 'timeLimitMinutes', before: null, after: 30 },
          { field: 'collectUntagged', before: false, after: true },
        ],
      },
    ],
    ['e', 'collection finished', { jobID: 'job', status: 'done', error: null, freedBytes: 415 }],
    ['f', 'collection finished', { legacy: { subject: 'lost', text: 'done, 64 MB freed' } }],
    [
      'g',
      'account changed',
      { legacy: { subject: 'ada', text: 'created as the first administrator' } },
    ],
    ['h', 'image collected', { legacy: { subject: 'sha256:aa', text: '1, 2' } }],
    ['i', 'edited by hand', { legacy: { subject: null, text: null } }],
  ])
  expect(events[1]).toMatchObject({ actor: 'ada', from: '192.0.2.7', repository: 'team/app' })
  await state.close()
})

test('what the API says of an event from before stays word for word', async () => {
  const path = await writeEarlierState(stateOfWords)
  const words: unknown = inStateFile(path, (file) =>
    file.prepare('select id, at_ms, subject, detail from activity order by position').all(),
  )
  const { state, events } = await migrated(path)
  expect(
    events.map((event) => ({
      id: event.id,
      at_ms: event.atMs,
      subject: subjectOf(event),
      detail: detailText(event),
    })),
  ).toEqual(words)
  const visibleTo = { account: 'ada', scopes: [] }
  const visible = await state.activity.list({ visibleTo, limit: 9 })
  expect(visible.events.map(({ id }) => id).join('')).toBe('gdcba')
  await state.close()
})

test('acts that were pending are recorded with data, and a damaged one is left alone', async () => {
  const path = await writeEarlierState(stateOfWords)
  await (await openSqlState(path)).close()
  inStateFile(path, (file) => file.exec(`delete from pending_acts where id = 'q'`))
  const { state } = await migrated(path)
  const acts = await state.pendingActs.all()
  expect(acts).toMatchObject([
    { event: { id: 'p', kind: 'tag restored', data: { tag: '2', digest: 'sha256:bb' } } },
  ])
  await state.pendingActs.complete(acts)
  expect((await state.activity.list({ limit: 1 })).events).toEqual([acts[0]?.event])
  await state.close()
})

test('a long record keeps its order and its number of events', async () => {
  const path = await writeEarlierState(`${stateOfWords}
      insert into activity
        with recursive n(i) as (select 9 union all select i + 1 from n where i < 2508)
        select 'n' || i, i * 2, 1767225600000, 'signed in', 'ada', null, null, 'ada', null from n;`)
  const { state, events } = await migrated(path)
  expect(events).toHaveLength(2509)
  const signedIn = events.filter(({ kind }) => kind === 'signed in')
  expect(signedIn.map(({ id }) => id)).toEqual(
    Array.from({ length: 2500 }, (_, at) => `n${at + 9}`),
  )
  await state.close()
})
