import { sql, type Kysely } from 'kysely'
import type { TagChange } from '#coordination/repository-lock.ts'
import { committed, committedAtOnce, one } from './agreeing.ts'
import {
  agreementSteps,
  whatClosed,
  type AgreementSteps,
  type ChangingTag,
  type ServerId,
} from './agreement-steps.ts'

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

/** Why a lock is not given. */
export type NotAcquired =
  /** Another server holds it. */
  | { readonly heldBy: ServerId | null }
  /**
   * Something may still come that was sent by a holder which is gone, or has failed, until these are
   * settled.
   */
  | { readonly closedBy: readonly number[] }

/** Who holds the locks of repositories, and what they change. Each call is one transaction. */
export interface LockTable {
  /** Null: this is none of the servers. */
  acquire(server: ServerId, repository: string): Promise<AcquiredLock | NotAcquired | null>
  /**
   * @param how `untouched`: nothing was done with it, so the next holder is told what this one was.
   *   `unfinished`: the next holder is told that something is left
   */
  release(
    repository: string,
    token: number,
    how: 'finished' | 'unfinished' | 'untouched',
  ): Promise<void>
  /** Those of the tags of which an earlier change has no answer. */
  changing(repository: string, tags: readonly string[]): Promise<readonly ChangingTag[]>
  /**
   * Enters what tags shall be, before the request for it is sent: the number of the change.
   * `superseded` if the lock has been given to another server; the tags of which an earlier change
   * has no answer, if there are any.
   */
  enter(
    server: ServerId,
    changes: TagChanges,
  ): Promise<number | 'superseded' | readonly ChangingTag[]>
  /** @param isAnswered otherwise the store may still apply the change */
  settle(change: number, isAnswered: boolean): Promise<void>
}

/** Gives back a lock that was just taken. */
class StillClosed extends Error {
  readonly batches: readonly number[]

  constructor(batches: readonly number[]) {
    super('closed')
    this.batches = batches
  }
}

const isFinishedAfter = {
  finished: sql`true`,
  unfinished: sql`false`,
  untouched: sql`was_finished`,
} as const

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
      if (rows[0] === undefined) {
        const holder = await sql<{ heldBy: ServerId | null }>`select server as "heldBy"
          from agreement_locks where repository = ${repository}`.execute(tx)
        return holder.rows[0] ?? null
      }
      const batches = await whatClosed(tx, repository)
      if (batches.length > 0) throw new StillClosed(batches)
      return rows[0]
    }).catch((error: unknown) => {
      if (error instanceof StillClosed) return { closedBy: error.batches }
      throw error
    }),

  release: (repository, token, how) => {
    const release = sql`update agreement_locks set server = null, is_finished = ${isFinishedAfter[how]}
      where repository = ${repository} and token = ${token}`
    return how === 'unfinished'
      ? committed(db, async (tx) => {
          await steps.closeLock(tx, repository, token)
          await release.execute(tx)
        })
      : committedAtOnce(db, release)
  },

  changing: (repository, tags) => committed(db, (tx) => steps.tagsChanging(tx, repository, tags)),

  enter: (server, { repository, token, changes }) =>
    committed(db, async (tx) => {
      if (!(await steps.isNewestToken(tx, repository, token))) return 'superseded'
      const tags = changes.map(({ tag }) => tag)
      const changing = await steps.tagsChanging(tx, repository, tags)
      if (changing.length > 0) return changing
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
