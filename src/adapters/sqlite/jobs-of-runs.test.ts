import { expect, test } from 'vitest'
import { writeEarlierState } from '#testing/builders/earlier-state.ts'
import { openSqlState } from './sql-state.ts'

/**
 * A state whose jobs are collections alone, as the version before jobs had kinds wrote it. Never
 * change it: people have such files.
 */
const stateOfRuns = `
CREATE TABLE "kysely_migration" ("name" varchar(255) not null primary key, "timestamp"
  varchar(255) not null);
CREATE TABLE "kysely_migration_lock" ("id" varchar(255) not null primary key, "is_locked" integer
  default 0 not null);
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
  null, "trigger_kind" text not null, "actor" text, "is_dry_run" integer not null, "given_plan_id"
  text, "scheduled_at_ms" bigint, "started_at_ms" bigint, "updated_at_ms" bigint not null,
  "finished_at_ms" bigint, "progress_json" text, "result_json" text, "plan_id" text, "error"
  text);
CREATE INDEX "jobs_by_finished_at" on "jobs" ("is_dry_run", "finished_at_ms");
CREATE TABLE "job_log" ("job_id" text not null references "jobs" ("id") on delete cascade,
  "line_num" bigint not null, "time_ms" bigint not null, "level" text not null, "data" text not
  null, constraint "job_log_key" primary key ("job_id", "line_num"));
CREATE TABLE "plans" ("id" text primary key, "job_id" text not null, "made_at_ms" bigint not null,
  "warnings_json" text not null, "estimated_ms" bigint not null);
CREATE TABLE "plan_items" ("plan_id" text not null references "plans" ("id") on delete cascade,
  "part" integer not null, "items_json" text not null, constraint "plan_items_key" primary key
  ("plan_id", "part"));
CREATE TABLE "pushes" ("repository" text not null, "tag" text not null, "digest" text not null,
  "actor" text not null, "at_ms" bigint not null, constraint "pushes_key" primary key
  ("repository", "tag"));
CREATE TABLE "access_tokens" ("id" text primary key, "account_name" text not null references
  "accounts" ("name") on delete cascade, "name" text not null, "secret_hash" text not null unique,
  "repositories_json" text not null, "actions_json" text not null, "created_at_ms" bigint not
  null, "expires_at_ms" bigint, "last_used_at_ms" bigint, constraint "access_tokens_by_name"
  unique ("account_name", "name"));
CREATE TABLE "pending_acts" ("position" integer primary key autoincrement, "id" text not null
  unique, "act_json" text not null);
CREATE TABLE "activity" ("id" text primary key, "position" bigint not null unique, "at_ms" bigint
  not null, "kind" text not null, "actor" text, "from_address" text, "repository" text, "subject"
  text, "data_version" integer not null, "data_json" text not null);
CREATE INDEX "activity_by_time" on "activity" ("at_ms", "position");
CREATE INDEX "activity_by_repository" on "activity" ("repository", "at_ms", "position");
CREATE INDEX "activity_by_actor" on "activity" ("actor", "at_ms", "position");
CREATE INDEX "activity_by_kind" on "activity" ("kind", "actor", "at_ms", "position");
CREATE INDEX "activity_by_subject" on "activity" ("subject", "at_ms", "position") where
  "repository" is null;
insert into kysely_migration values ('0001-first', '2026-01-01T00:00:00.000Z'),
  ('0002-activity-indexes', '2026-01-01T00:00:00.000Z'),
  ('0003-access-tokens', '2026-01-01T00:00:00.000Z'),
  ('0004-pending-acts', '2026-01-01T00:00:00.000Z'),
  ('0005-events-as-data', '2026-01-01T00:00:00.000Z');
insert into kysely_migration_lock values ('migration_lock', 0);
insert into jobs values
  ('dry', 0, 'done', 'person', 'ada', 1, null, null, 10, 11, 11, null, '{"dryRun":true}', 'p', null),
  ('given', 1, 'done', 'api', 'ada', 0, 'p', null, 20, 21, 21, '{"phase":"sweeping","done":3}',
    '{"dryRun":false}', null, null),
  ('due', 2, 'errored', 'schedule', null, 0, null, 29, 30, 31, 31, null, null, null, 'no disk'),
  ('spoilt', 3, 'done', 'person', 'ada', 1, 'p', null, 40, 41, 41, null, '{"dryRun', 'q', null),
  ('running', 4, 'running', 'person', 'ada', 0, null, null, 50, 51, null, null, null, null, null);
insert into job_log values ('dry', 0, 10, 'info', 'one line');
`

const row = { trigger: 'person', actor: 'ada', scheduledAtMs: null, progress: null, error: null }
const progress = { phase: 'sweeping', done: 3, total: 0, bytesFreed: 0, bytesPerSecond: 0 }

test('runs of a state from before jobs had kinds get one, with their plans', async () => {
  const state = await openSqlState(await writeEarlierState(stateOfRuns))
  const { jobs } = await state.jobs.list({ offset: 0, limit: 9 })
  const at = (ms: number) => ({ startedAtMs: ms, updatedAtMs: ms + 1, finishedAtMs: ms + 1 })
  expect(jobs).toEqual([
    {
      ...row,
      ...at(50),
      finishedAtMs: null,
      id: 'running',
      kind: 'collection',
      status: 'running',
      request: null,
      result: null,
    },
    {
      ...row,
      ...at(40),
      id: 'spoilt',
      kind: 'dry-run',
      status: 'done',
      request: { planID: 'p' },
      result: null,
    },
    {
      ...row,
      ...at(30),
      id: 'due',
      kind: 'collection',
      status: 'errored',
      trigger: 'schedule',
      actor: null,
      scheduledAtMs: 29,
      request: null,
      result: null,
      error: 'no disk',
    },
    {
      ...row,
      ...at(20),
      id: 'given',
      kind: 'collection',
      status: 'done',
      trigger: 'api',
      request: { planID: 'p' },
      progress: { ...progress, remainingMs: null, repository: null },
      result: { dryRun: false },
    },
    {
      ...row,
      ...at(10),
      id: 'dry',
      kind: 'dry-run',
      status: 'done',
      request: null,
      result: { dryRun: true, planID: 'p' },
    },
  ])
  expect(await state.jobs.log('dry', 0, 9)).toMatchObject([{ data: 'one line' }])
  const finished = await state.jobs.finishedBetween('collection', 0, 99)
  expect(finished.map(({ id }) => id)).toEqual(['given', 'due'])
  await state.jobs.save({ ...finished[0], id: 'new' } as (typeof finished)[0])
  expect((await state.jobs.list({ offset: 0, limit: 1 })).jobs).toMatchObject([{ id: 'new' }])
  await state.close()
})
