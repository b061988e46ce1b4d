import { expect, test } from 'vitest'
import { writeEarlierState } from '#testing/builders/earlier-state.ts'
import { openSqlState } from './sql-state.ts'

/**
 * A state as the first version wrote it, word for word. Never change it: people have such files.
 */
const firstState = `
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
CREATE INDEX "activity_by_repository" on "activity" ("repository", "at_ms");
CREATE TABLE "pushes" ("repository" text not null, "tag" text not null, "digest" text not null,
  "actor" text not null, "at_ms" bigint not null, constraint "pushes_key" primary key
  ("repository", "tag"));
insert into kysely_migration values ('0001-first', '2026-01-01T00:00:00.000Z');
insert into kysely_migration_lock values ('migration_lock', 0);
insert into accounts values ('ada', 'hash', 1, 1, 1767225600000);
insert into grants values ('ada', 'team', 'admin');
insert into sessions values ('aa', 'ada', 1767225600000, 1767312000000);
insert into settings values ('schedule', '"0 * * *"');
insert into jobs values ('j', 0, 'done', 'person', 'ada', 1, null, null, 1767225600000,
  1767225601000, 1767225601000, null, null, 'p', null);
insert into job_log values ('j', 0, 1767225600000, 'info', 'one line');
insert into plans values ('p', 'j', 1767225600000, '[]', 1500);
insert into plan_items values ('p', 0, '[{"step":"blob","cause":"orphaned layer",
  "repository":null,"digest":null,"name":null,"isManifest":false,"sizeBytes":7}]');
insert into activity values ('e', 0, 1767225600000, 'image deleted', 'ada', '192.0.2.7',
  'team/app', '1', null);
insert into pushes values ('team/app', '1', 'sha256:aa', 'ada', 1767225600000);
`

test('a state made with the first schema ever is migrated with its content', async () => {
  const state = await openSqlState(await writeEarlierState(firstState))
  expect(await state.accounts.list()).toEqual([
    {
      name: 'ada',
      passwordHash: 'hash',
      isAdmin: true,
      isActive: true,
      createdAtMs: 1767225600000,
    },
  ])
  expect(await state.accounts.grantsOf('ada')).toEqual([{ scope: 'team', accessLevel: 'admin' }])
  expect(await state.sessions.find('aa')).toMatchObject({ accountName: 'ada' })
  expect(await state.settings.schedule('collection')).toBe('0 * * *')
  expect(await state.settings.anonymousGrants()).toEqual([])
  expect(await state.accessTokens.list()).toEqual([])
  expect(await state.jobs.find('j')).toMatchObject({
    kind: 'dry-run',
    status: 'done',
    request: null,
    result: null,
  })
  expect(await state.jobs.log('j', 0, 9)).toMatchObject([{ level: 'info', data: 'one line' }])
  expect((await state.plans.find('p'))?.items).toMatchObject([{ step: 'blob', sizeBytes: 7 }])
  expect((await state.activity.list({ limit: 9 })).events).toMatchObject([{ id: 'e' }])
  expect(await state.pushes.latest('team/app', ['1'])).toMatchObject([{ actor: 'ada' }])
  expect(await state.pulls.recording()).toBeNull()
  expect(await state.pulls.summaries('team/app', null, 0)).toEqual([])
  expect(await state.retentionPolicies.newest()).toEqual([])
  await state.close()
})
