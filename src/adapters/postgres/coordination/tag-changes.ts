import { sql, type Kysely } from 'kysely'
import { committed, one } from './agreeing.ts'
import { agreementSteps, type AgreementSteps, type ServerId } from './agreement-steps.ts'

export interface TagChange {
  readonly repository: string
  /** The token of the lock under which the change is made. */
  readonly token: number
  readonly tag: string
  /** The digest that the tag will point at; null if it goes. */
  readonly wanted: string | null
}

/** Who holds the locks of repositories, and what they change. Each call is one transaction. */
export interface LockTable {
  /** A token larger than every earlier one of this repository; null while another server holds it. */
  acquire(server: ServerId, repository: string): Promise<number | null>
  release(repository: string, token: number): Promise<void>
  /**
   * Enters what a tag shall be, before the request for it is sent: the number of the change.
   * `superseded` if the lock has been given to another server, `busy` while an earlier change of the
   * tag has no answer.
   */
  enter(server: ServerId, change: TagChange): Promise<number | 'superseded' | 'busy'>
  /** @param isAnswered otherwise the store may still apply the change */
  settle(change: number, isAnswered: boolean): Promise<void>
}

/** @param steps the rules, each of which a test leaves out once */
export const createLockTable = (
  db: Kysely<unknown>,
  steps: AgreementSteps = agreementSteps,
): LockTable => ({
  acquire: (server, repository) =>
    committed(db, async (tx) => {
      if (!(await steps.isServer(tx, server))) return null
      // What this server holds already, its own queue has given up.
      const { rows } = await sql<{ token: number }>`
        insert into agreement_locks as held (repository, token, server)
        values (${repository}, 1, ${server})
        on conflict (repository) do update set token = held.token + 1, server = ${server}
        where held.server is null or held.server = ${server}
        returning token`.execute(tx)
      return rows[0]?.token ?? null
    }),

  release: (repository, token) =>
    committed(db, async (tx) => {
      await sql`update agreement_locks set server = null
        where repository = ${repository} and token = ${token}`.execute(tx)
    }),

  enter: (server, { repository, token, tag, wanted }) =>
    committed(db, async (tx) => {
      if (!(await steps.isNewestToken(tx, repository, token))) return 'superseded'
      if (await steps.isTagChanging(tx, repository, tag)) return 'busy'
      const { batch } = await one(
        tx,
        sql<{ batch: number }>`
          insert into agreement_tags (repository, tag, token, wanted, server, batch)
          values (${repository}, ${tag}, ${token}, ${wanted}, ${server},
            nextval('agreement_batches'))
          on conflict (repository, tag) do update set token = excluded.token,
            wanted = excluded.wanted, server = excluded.server, batch = excluded.batch,
            is_unsettled = false
          returning batch`,
      )
      return batch
    }),

  settle: (change, isAnswered) =>
    committed(db, async (tx) => {
      await (
        isAnswered
          ? sql`delete from agreement_tags where batch = ${change} and not is_unsettled`
          : sql`update agreement_tags set is_unsettled = true where batch = ${change}`
      ).execute(tx)
    }),
})
