import { sql, type Kysely } from 'kysely'
import type { TagChange } from '#coordination/repository-lock.ts'
import { committed, committedAtOnce, one } from './agreeing.ts'
import { agreementSteps, isClosed, type AgreementSteps, type ServerId } from './agreement-steps.ts'

export interface TagChanges {
  readonly repository: string
  /** The token of the lock under which they are made. */
  readonly token: number
  readonly changes: readonly TagChange[]
}

export interface AcquiredLock {
  /** Larger than every earlier one of the repository. */
  readonly token: number
  /** The holder before did not say that it had ended all that it began. */
  readonly wasLeftUnfinished: boolean
}

/** Who holds the locks of repositories, and what they change. Each call is one transaction. */
export interface LockTable {
  /**
   * Null while another server holds it; `closed` while something may still come that was sent by a
   * holder which is gone, or has failed.
   */
  acquire(server: ServerId, repository: string): Promise<AcquiredLock | 'closed' | null>
  /** @param isFinished otherwise the next holder is told */
  release(repository: string, token: number, isFinished: boolean): Promise<void>
  /**
   * Enters what tags shall be, before the request for it is sent: the number of the change.
   * `superseded` if the lock has been given to another server, `busy` while an earlier change of one
   * of the tags has no answer.
   */
  enter(server: ServerId, changes: TagChanges): Promise<number | 'superseded' | 'busy'>
  /** @param isAnswered otherwise the store may still apply the change */
  settle(change: number, isAnswered: boolean): Promise<void>
}

/** Gives back a lock that was just taken. */
class StillClosed extends Error {}

/** @param steps the rules, each of which a test leaves out once */
export const createLockTable = (
  db: Kysely<unknown>,
  steps: AgreementSteps = agreementSteps,
): LockTable => ({
  acquire: (server, repository) =>
    committed(db, async (tx) => {
      if (!(await steps.isServer(tx, server))) return null
      // What this server holds already, its own queue has given up. It says at the end, and only
      // then, that all is finished. One that was counted out just as it got the lock holds nothing.
      const { rows } = await sql<AcquiredLock>`
        insert into agreement_locks as held (repository, token, server)
        values (${repository}, 1, ${server})
        on conflict (repository) do update
          set token = held.token + 1, server = ${server}, is_finished = false,
            was_finished = held.is_finished
        where held.server is null or held.server = ${server}
          or not exists (select 1 from agreement_servers s where s.id = held.server)
        returning token, not was_finished as "wasLeftUnfinished"`.execute(tx)
      // Looked at now, so that it sees what came with the end of the holder before.
      if (rows.length > 0 && (await isClosed(tx, repository))) throw new StillClosed()
      return rows[0] ?? null
    }).catch((error: unknown) => {
      if (error instanceof StillClosed) return 'closed'
      throw error
    }),

  release: (repository, token, isFinished) => {
    const release = sql`update agreement_locks set server = null, is_finished = ${isFinished}
      where repository = ${repository} and token = ${token}`
    return isFinished
      ? committedAtOnce(db, release)
      : committed(db, async (tx) => {
          await steps.closeLock(tx, repository, token)
          await release.execute(tx)
        })
  },

  enter: (server, { repository, token, changes }) =>
    committed(db, async (tx) => {
      if (!(await steps.isNewestToken(tx, repository, token))) return 'superseded'
      const tags = changes.map(({ tag }) => tag)
      if (await steps.isAnyTagChanging(tx, repository, tags)) return 'busy'
      const { batch } = await one(
        tx,
        sql<{ batch: number }>`select nextval('agreement_batches') as batch`,
      )
      await sql`insert into agreement_tags (repository, tag, token, wanted, server, batch)
        select ${repository}, tag, ${token}, wanted, ${server}, ${batch} from unnest(
          ${tags}::text[], ${changes.map(({ wanted }) => wanted)}::text[]
        ) changes (tag, wanted)
        on conflict (repository, tag) do update set token = excluded.token,
          wanted = excluded.wanted, server = excluded.server, batch = excluded.batch,
          is_unsettled = false`.execute(tx)
      return batch
    }),

  settle: (change, isAnswered) =>
    committedAtOnce(
      db,
      isAnswered
        ? sql`delete from agreement_tags where batch = ${change} and not is_unsettled`
        : sql`update agreement_tags set is_unsettled = true where batch = ${change}`,
    ),
})
