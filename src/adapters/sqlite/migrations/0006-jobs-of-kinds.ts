import type { Kysely, Migration } from 'kysely'
import { isFields } from '#domain/values/json-fields.ts'
import { readJson } from '#adapters/sql/stored-json.ts'

/** The table as far as this migration knows it: later ones may change it. */
interface Tables {
  jobs: {
    readonly id: string
    readonly position: number
    readonly kind: string
    readonly is_dry_run: number
    readonly given_plan_id: string | null
    readonly plan_id: string | null
    readonly request_json: string | null
    readonly result_json: string | null
  }
}

/**
 * Gives each job a kind, and its request and result the form of that kind: the plan that a run was
 * given is part of its request, and the plan that a dry run made is part of its result.
 */
export const jobsOfKinds: Migration = {
  async up(db: Kysely<Tables>) {
    const { schema } = db
    await schema
      .alterTable('jobs')
      .addColumn('kind', 'text', (column) => column.notNull().defaultTo('collection'))
      .execute()
    await schema.alterTable('jobs').addColumn('request_json', 'text').execute()
    await db.updateTable('jobs').set({ kind: 'dry-run' }).where('is_dry_run', '=', 1).execute()
    await movePlans(db)
    await schema.dropIndex('jobs_by_finished_at').execute()
    for (const column of ['is_dry_run', 'given_plan_id', 'plan_id']) {
      await schema.alterTable('jobs').dropColumn(column).execute()
    }
    await schema
      .createIndex('jobs_by_finished_at')
      .on('jobs')
      .columns(['kind', 'finished_at_ms'])
      .execute()
    // For the newest of a kind.
    await schema.createIndex('jobs_by_kind').on('jobs').columns(['kind', 'position']).execute()
  },
}

/** Small enough that the results of so many jobs fit in memory. */
const rowsAtOnce = 500

async function movePlans(db: Kysely<Tables>): Promise<void> {
  for (let after = -1; ;) {
    const rows = await db
      .selectFrom('jobs')
      .select(['id', 'position', 'given_plan_id', 'plan_id', 'result_json'])
      .where('position', '>', after)
      .where((where) =>
        where.or([where('given_plan_id', 'is not', null), where('plan_id', 'is not', null)]),
      )
      .orderBy('position')
      .limit(rowsAtOnce)
      .execute()
    for (const row of rows) {
      const result = readJson(row.result_json ?? 'null')
      await db
        .updateTable('jobs')
        .set({
          request_json: row.given_plan_id && JSON.stringify({ planID: row.given_plan_id }),
          ...(isFields(result) && row.plan_id !== null
            ? { result_json: JSON.stringify({ ...result, planID: row.plan_id }) }
            : {}),
        })
        .where('id', '=', row.id)
        .execute()
    }
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.position
  }
}
