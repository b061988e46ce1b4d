import type {
  Expression,
  ExpressionBuilder,
  Kysely,
  QueryCreator,
  Selectable,
  SqlBool,
} from 'kysely'
import { accountActivityKinds } from '#domain/events/activity-kind.ts'
import {
  eventVersion,
  parseEventData,
  subjectOf,
  type DomainEvent,
} from '#domain/events/domain-event.ts'
import type { Activity, ActivityFilter, ActivityReader } from '#state/activity.ts'
import type { Database } from './schema.ts'
import type { SqlDialect } from './sql-dialect.ts'
import { readJson } from './stored-json.ts'

type Row = ExpressionBuilder<Database, 'activity'>

const toEvent = (row: Selectable<Database['activity']>): DomainEvent =>
  ({
    id: row.id,
    atMs: row.at_ms,
    version: eventVersion,
    kind: row.kind,
    actor: row.actor,
    from: row.from_address,
    repository: row.repository,
    data: parseEventData(row.kind, row.data_version, readJson(row.data_json)),
  }) as DomainEvent

/** A prefix as a range, which an index can serve: `0` is the character that follows `/`. */
const isBelow = (row: Row, namespace: string): Expression<SqlBool> =>
  row.and([row('repository', '>=', `${namespace}/`), row('repository', '<', `${namespace}0`)])

function isVisible(row: Row, { account, scopes, sinceMs }: ActivityReader): Expression<SqlBool> {
  const since = sinceMs === undefined ? [] : [row('at_ms', '>=', sinceMs)]
  return row.or([
    row.and([row('actor', '=', account), ...since]),
    row.and([
      row('subject', '=', account),
      row('repository', 'is', null),
      row('kind', 'in', accountActivityKinds),
      ...since,
    ]),
    ...scopes.flatMap((scope) => [row('repository', '=', scope), isBelow(row, scope)]),
  ])
}

function conditions(row: Row, filter: ActivityFilter): Expression<SqlBool> {
  const { repository, namespace, actor, kinds, fromMs, toMs, visibleTo } = filter
  return row.and([
    ...(repository === undefined ? [] : [row('repository', '=', repository)]),
    ...(namespace === undefined ? [] : [isBelow(row, namespace)]),
    ...(actor === undefined
      ? []
      : [actor === null ? row('actor', 'is', null) : row('actor', '=', actor)]),
    ...(kinds === undefined ? [] : [row('kind', 'in', kinds)]),
    ...(fromMs === undefined ? [] : [row('at_ms', '>=', fromMs)]),
    ...(toMs === undefined ? [] : [row('at_ms', '<', toMs)]),
    ...(visibleTo === undefined ? [] : [isVisible(row, visibleTo)]),
  ])
}

/** Inserts nothing if an event of its id is there already. */
export const eventInsert = (db: QueryCreator<Database>, dialect: SqlDialect, event: DomainEvent) =>
  db
    .insertInto('activity')
    .values({
      ...dialect.lastPosition('activity'),
      id: event.id,
      at_ms: event.atMs,
      kind: event.kind,
      actor: event.actor,
      from_address: event.from,
      repository: event.repository,
      subject: subjectOf(event),
      data_version: event.version,
      data_json: JSON.stringify(event.data),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())

/** Resolves to false if an event of its id is there already. */
export async function insertEvent(
  db: Kysely<Database>,
  dialect: SqlDialect,
  event: DomainEvent,
): Promise<boolean> {
  const inserted = await eventInsert(db, dialect, event).executeTakeFirstOrThrow()
  return inserted.numInsertedOrUpdatedRows === 1n
}

export const createSqlActivity = (db: Kysely<Database>, dialect: SqlDialect): Activity => ({
  record: (event) => insertEvent(db, dialect, event),

  async list({ after, limit, ...filter }) {
    if (filter.kinds?.length === 0) return { events: [], next: null }
    let matching = db.selectFrom('activity').where((row) => conditions(row, filter))
    if (after !== undefined) {
      matching = matching.where((row) =>
        row(row.refTuple('at_ms', 'position'), '<', row.tuple(after.atMs, after.position)),
      )
    }
    const rows = await matching
      .selectAll()
      .orderBy('at_ms', 'desc')
      .orderBy('position', 'desc')
      .limit(limit + 1)
      .execute()
    const last = rows.length > limit ? rows[limit - 1] : undefined
    return {
      events: rows.slice(0, limit).map(toEvent),
      next: last === undefined ? null : { atMs: last.at_ms, position: last.position },
    }
  },

  async count(filter) {
    if (filter.kinds?.length === 0) return 0
    const { total } = await db
      .selectFrom('activity')
      .where((row) => conditions(row, filter))
      .select(({ fn }) => fn.countAll().as('total'))
      .executeTakeFirstOrThrow()
    return Number(total)
  },
})
