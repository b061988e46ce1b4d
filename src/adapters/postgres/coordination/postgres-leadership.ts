import { sql, type Kysely } from 'kysely'
import type { Leadership, LeadershipTerm } from '#coordination/leadership.ts'
import { StoreError } from '#storage/errors.ts'
import { committed } from './agreeing.ts'
import type { Membership } from './membership.ts'

export interface PostgresLeadershipOptions {
  readonly db: Kysely<unknown>
  readonly membership: Membership
  /** What is led: each subject has one leader. */
  readonly subject: string
  /** Describes this process, for the person who is refused. */
  readonly what: string
}

/**
 * One server leads until it releases its term, or is counted out. Who is silent for too long is
 * counted out by the beats of the others, so that is when `acquire` succeeds.
 */
export function createPostgresLeadership(options: PostgresLeadershipOptions): Leadership {
  const { db, membership, subject, what } = options

  async function take(server: number): Promise<{ token: number } | { holder: string }> {
    return await committed(db, async (tx) => {
      const taken = await sql<{ token: number }>`
        insert into agreement_terms as term (subject, token, server, holder)
        select ${subject}, 1, id, ${what} from agreement_servers where id = ${server}
        on conflict (subject) do update
          set token = term.token + 1, server = ${server}, holder = ${what}
          where term.server is null
            or not exists (select 1 from agreement_servers s where s.id = term.server)
        returning token`.execute(tx)
      const [row] = taken.rows
      if (row !== undefined) return row
      const held = await sql<{ holder: string }>`
        select holder from agreement_terms where subject = ${subject}`.execute(tx)
      return held.rows[0] ?? { holder: 'another server' }
    })
  }

  function termOf(server: number, token: number): LeadershipTerm {
    const losing = new AbortController()
    let isReleased = false

    async function mayWrite(): Promise<void> {
      const { rows } = await committed(db, (tx) =>
        sql<{ token: number; server: number | null; holder: string }>`
          select token, server, holder from agreement_terms where subject = ${subject}`.execute(tx),
      )
      const [row] = rows
      if (!isReleased && row?.token === token && row.server === server) return
      if (!isReleased) {
        losing.abort(`${row?.token === token ? 'another holder' : row?.holder} has taken over`)
      }
      throw new StoreError('NOT_HELD', what)
    }

    return {
      token,
      isHeld: () => !isReleased && !losing.signal.aborted && membership.isCurrent(server),
      lost: losing.signal,
      mayWrite,
      async release() {
        isReleased = true
        await committed(db, (tx) =>
          sql`update agreement_terms set server = null
            where subject = ${subject} and token = ${token} and server = ${server}`.execute(tx),
        )
      },
    }
  }

  return {
    async acquire() {
      const server = membership.current()
      const taken = await take(server)
      if ('holder' in taken) return { ok: false, holder: taken.holder }
      return { ok: true, term: termOf(server, taken.token) }
    },
  }
}
