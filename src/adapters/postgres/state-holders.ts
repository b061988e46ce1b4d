import type { Client } from 'pg'

/** One number for each schema of a database. */
export const lockKey = "hashtextextended('jetsam state in ' || current_schema(), 0)"

const holderQuery = `
  select activity.application_name as name
  from pg_locks as locks join pg_stat_activity as activity using (pid)
  where locks.locktype = 'advisory' and locks.granted
    and locks.database = (select oid from pg_database where datname = current_database())
    and ((locks.classid::int8 << 32) | locks.objid::int8) = ${lockKey}`

/** Whether another process holds the state beside this one. */
export async function isBesideOthers(client: Client): Promise<boolean> {
  const { rows } = await client.query(`${holderQuery} and pid <> pg_backend_pid()`)
  return rows.length > 0
}

/** The process that has the state, in words; null: none has it. */
export async function findHolder(client: Client): Promise<string | null> {
  const { rows } = await client.query<{ name: string | null }>(holderQuery)
  const [holder] = rows
  if (holder === undefined) return null
  // Of another user's connection PostgreSQL says no name.
  return holder.name?.replace(/^jetsam, /, '') || 'another process'
}
