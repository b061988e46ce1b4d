import { sql, type Kysely, type Migration } from 'kysely'
import { subjectOf } from '#domain/events/domain-event.ts'
import {
  fromEarlierEvent,
  type EarlierEvent,
  type EarlierKnowledge,
} from '#domain/events/earlier-event.ts'
import { isFields } from '#domain/values/json-fields.ts'
import { readJson } from '#adapters/sql/stored-json.ts'

/** The tables as far as this migration knows them: later ones may change them. */
interface Tables {
  activity: EventRow & { readonly subject: string | null; readonly detail: string | null }
  activity_as_data: EventRow & {
    readonly subject: string | null
    readonly data_version: number
    readonly data_json: string
  }
  pending_acts: { readonly id: string; readonly act_json: string }
  jobs: { readonly id: string; readonly result_json: string | null }
}

interface EventRow {
  readonly id: string
  readonly position: number
  readonly at_ms: number
  readonly kind: string
  readonly actor: string | null
  readonly from_address: string | null
  readonly repository: string | null
}

/** Reads what events say in words as data, and keeps what cannot be read as it is. */
export const eventsAsData: Migration = {
  async up(db: Kysely<Tables>) {
    await createTable(db)
    await copyEvents(db)
    await db.schema.dropTable('activity').execute()
    await db.schema.alterTable('activity_as_data').renameTo('activity').execute()
    await createIndexes(db)
    await rewritePendingActs(db)
  },
}

const createTable = ({ schema }: Kysely<Tables>): Promise<void> =>
  schema
    .createTable('activity_as_data')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('position', 'bigint', (column) => column.notNull().unique())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('actor', 'text')
    .addColumn('from_address', 'text')
    .addColumn('repository', 'text')
    .addColumn('subject', 'text')
    .addColumn('data_version', 'integer', (column) => column.notNull())
    .addColumn('data_json', 'text', (column) => column.notNull())
    .execute()

/** As many as there are parameters for in one statement of SQLite. */
const rowsAtOnce = 1000

async function copyEvents(db: Kysely<Tables>): Promise<void> {
  for (let after = -1; ;) {
    const rows = await db
      .selectFrom('activity')
      .selectAll()
      .where('position', '>', after)
      .orderBy('position')
      .limit(rowsAtOnce)
      .execute()
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.position
    const knowledge = await knowledgeOf(db, rows)
    await db
      .insertInto('activity_as_data')
      .values(rows.map((row) => asData(row, knowledge)))
      .execute()
  }
}

function asData(
  { detail, ...row }: Tables['activity'],
  knowledge: EarlierKnowledge,
): Tables['activity_as_data'] {
  const event = fromEarlierEvent(
    {
      id: row.id,
      atMs: row.at_ms,
      kind: row.kind,
      actor: row.actor,
      from: row.from_address,
      repository: row.repository,
      subject: row.subject,
      detail,
    },
    knowledge,
  )
  return {
    ...row,
    subject: subjectOf(event),
    data_version: event.version,
    data_json: JSON.stringify(event.data),
  }
}

/** The events round what a run freed; its job has the exact number. */
async function knowledgeOf(
  db: Kysely<Tables>,
  rows: readonly Tables['activity'][],
): Promise<EarlierKnowledge> {
  const freed = new Map<string, number | null>()
  for (const { kind, subject } of rows) {
    if (kind !== 'collection finished' || subject === null) continue
    const job = await db
      .selectFrom('jobs')
      .select('result_json')
      .where('id', '=', subject)
      .executeTakeFirst()
    freed.set(subject, removedBytes(readJson(job?.result_json ?? 'null')))
  }
  return { freedBytesOf: (jobID) => freed.get(jobID) ?? null }
}

function removedBytes(result: unknown): number | null {
  const removed = isFields(result) ? result.removed : null
  const bytes = isFields(removed) ? removed.bytes : null
  return typeof bytes === 'number' ? bytes : null
}

async function createIndexes({ schema }: Kysely<Tables>): Promise<void> {
  const indexes = {
    activity_by_time: ['at_ms', 'position'],
    activity_by_repository: ['repository', 'at_ms', 'position'],
    activity_by_actor: ['actor', 'at_ms', 'position'],
    activity_by_kind: ['kind', 'actor', 'at_ms', 'position'],
  }
  for (const [name, columns] of Object.entries(indexes)) {
    await schema.createIndex(name).on('activity').columns(columns).execute()
  }
  await schema
    .createIndex('activity_by_subject')
    .on('activity')
    .columns(['subject', 'at_ms', 'position'])
    .where(sql.ref('repository'), 'is', null)
    .execute()
}

async function rewritePendingActs(db: Kysely<Tables>): Promise<void> {
  const rows = await db.selectFrom('pending_acts').select(['id', 'act_json']).execute()
  for (const { id, act_json } of rows) {
    const act = readJson(act_json)
    if (!isFields(act) || !isFields(act.event)) continue
    const earlier = act.event as unknown as EarlierEvent
    const event = fromEarlierEvent(earlier, { freedBytesOf: () => null })
    await db
      .updateTable('pending_acts')
      .set({ act_json: JSON.stringify({ ...act, event }) })
      .where('id', '=', id)
      .execute()
  }
}
