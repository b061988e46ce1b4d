import { sql, type Kysely, type Migration } from 'kysely'

/**
 * Lets a page of a long record be read without reading all of it: by repository, by person, by
 * kind, each in the order of the list.
 */
export const activityIndexes: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema.dropIndex('activity_by_repository').execute()
    await schema
      .createIndex('activity_by_repository')
      .on('activity')
      .columns(['repository', 'at_ms', 'position'])
      .execute()
    await schema
      .createIndex('activity_by_actor')
      .on('activity')
      .columns(['actor', 'at_ms', 'position'])
      .execute()
    await schema
      .createIndex('activity_by_kind')
      .on('activity')
      .columns(['kind', 'actor', 'at_ms', 'position'])
      .execute()
    // For acts on an account: for a repository's tags it would only be large.
    await schema
      .createIndex('activity_by_subject')
      .on('activity')
      .columns(['subject', 'at_ms', 'position'])
      .where(sql.ref('repository'), 'is', null)
      .execute()
  },
}
