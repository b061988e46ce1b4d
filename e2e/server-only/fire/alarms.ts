import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { DatabaseOfSeveral } from '../several-world.ts'

/**
 * Steps of the servers that the database sees, so that a test can strike in the middle of one:
 *
 * * `sentenced`: a collection is about to remove, and is then held before it says that it has;
 * * `entered`: the change of a tag is about to be made, and is held in the same way.
 */
export type Step = 'sentenced' | 'entered'

export interface Alarms {
  /**
   * Strikes in the middle of the next such step, which cannot end meanwhile: neither does its answer
   * come. What the server had sent to the database by then is lost.
   *
   * @param subject of a change: the repository and the tag, with a colon between them
   * @param begin starts what leads there; not waited for
   */
  during(
    step: Step,
    subject: string,
    begin: () => void,
    strike: () => Promise<void> | void,
  ): Promise<void>
  /** Cuts all connections of servers; resolves to how many there were. */
  cut(): Promise<number>
  close(): Promise<void>
}

/** Any number; the servers' own differ. */
const holdNumber = 7_177_135
/** A collection whose server died keeps others from starting for 45 s. */
const withinMs = 180_000

/** Of a row in a trigger. */
const subjectOf = (row: 'new' | 'old'): string =>
  `coalesce((to_jsonb(${row}) ->> 'repository') || ':' || (to_jsonb(${row}) ->> 'tag'), '')`

export async function setAlarms({ postgres, schema }: DatabaseOfSeveral): Promise<Alarms> {
  await postgres.run(`
    create table ${schema}.fire_holds (step text not null, subject text not null);
    create function ${schema}.fire_tell() returns trigger language plpgsql as $$
      begin
        if exists (select from ${schema}.fire_holds
            where step = tg_argv[0] and subject = ${subjectOf('new')}) then
          perform pg_notify('${schema}_fire', '');
        end if;
        return null;
      end $$;
    create function ${schema}.fire_hold() returns trigger language plpgsql as $$
      begin
        if exists (select from ${schema}.fire_holds
            where step = tg_argv[0] and subject = ${subjectOf('old')}) then
          perform pg_advisory_xact_lock_shared(${holdNumber});
        end if;
        return old;
      end $$;
    create trigger fire_sentenced after update on ${schema}.agreement_keys for each row
      when (new.state = 'sentenced') execute function ${schema}.fire_tell('sentenced');
    create trigger fire_settled before delete on ${schema}.agreement_keys for each row
      when (old.state = 'sentenced') execute function ${schema}.fire_hold('sentenced');
    create trigger fire_entered after insert on ${schema}.agreement_tags for each row
      execute function ${schema}.fire_tell('entered');
    create trigger fire_changed before delete on ${schema}.agreement_tags for each row
      when (not old.is_unsettled) execute function ${schema}.fire_hold('entered');`)

  async function connect(): Promise<Client> {
    const client = new Client({
      host: dirname(postgres.socket),
      user: 'postgres',
      database: 'postgres',
    })
    // Where it is cut itself, what it waits for does not come.
    client.on('error', () => {})
    await client.connect()
    return client
  }

  /** Those that wait in a hold: what they were to do is rolled back. */
  const dropHeld = () =>
    postgres.run(`select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and not granted and objid = ${holdNumber}`)

  return {
    async during(step, subject, begin, strike) {
      const watching = await connect()
      try {
        const reached = new Promise((resolve) => watching.once('notification', resolve))
        await watching.query(`listen ${schema}_fire`)
        await watching.query(`select pg_advisory_lock(${holdNumber})`)
        await postgres.run(`insert into ${schema}.fire_holds values ('${step}', '${subject}')`)
        begin()
        const isReached = await Promise.race([reached, sleep(withinMs, false)])
        if (isReached === false) throw new Error(`nothing of ${subject || 'any key'} was ${step}`)
        await strike()
      } finally {
        await postgres.run(`delete from ${schema}.fire_holds`)
        await dropHeld()
        await watching.end()
      }
    },
    async cut() {
      const rows = await postgres.run(`select pg_terminate_backend(pid) as cut from pg_stat_activity
        where application_name like 'jetsam%' and pid <> pg_backend_pid()`)
      return rows.filter(({ cut }) => cut === true).length
    },
    async close() {
      await postgres.run(`drop table ${schema}.fire_holds cascade;
        drop function ${schema}.fire_tell cascade; drop function ${schema}.fire_hold cascade;`)
    },
  }
}
