import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { Client } from 'pg'
import { StateError } from '#state/state-error.ts'
import { howToWriteURL, whereOf, withSettings } from './connection-pool.ts'
import { toStateError } from './database-errors.ts'
import {
  dropsSettings,
  expectUsable,
  settingsQuery,
  type ServerSettings,
} from './server-settings.ts'
import { findHolder, isBesideOthers, lockKey } from './state-holders.ts'
import {
  formatOwner,
  howToTakeOver,
  strangersBecause,
  type OwnerMirror,
  type OwnerRow,
} from './storage-owner.ts'

export interface HoldOptions {
  /** Who holds it, for others that are refused: `the server on port 4400`. */
  readonly what: string
  /** Other processes may hold it at the same time, if they say so too. Default: none may. */
  readonly isShared?: boolean
  /** Called once, with a sentence, when another process has taken the state. */
  readonly onLost?: (reason: string) => void
  /** Called when the database stops answering, with why; and with null when it answers again. */
  readonly onReach?: (failure: StateError | null) => void
  /** How often to look whether the database answers, in milliseconds; and while it does not. */
  readonly lookEveryMs?: number
  readonly lookWhileLostEveryMs?: number
}

export interface DatabaseReach {
  /** Null while it answers; otherwise why not. */
  readonly failure: StateError | null
  /** How long the last answer took, in milliseconds. */
  readonly latencyMs: number
  /** How often it has stopped answering. */
  readonly losses: number
}

export type Claim = 'claims' | 'takes over' | 'joins' | 'joins others'

/** The hold of one process on a state, over a connection of its own. */
export interface DatabaseHold {
  /** As of the last look: costs nothing. */
  reach(): DatabaseReach
  /** Looks now. Rejects with a `StateError` if the database does not answer, or is not ours. */
  expectHeld(): Promise<void>
  /**
   * Binds the state to a storage. Rejects with a `StateError` (`FAILED`) if they do not belong
   * together. The tables must be up to date.
   *
   * @param how `takes over`: they belong together from now on, whatever they say; `joins`: other
   *   processes have claimed them, and go on; `joins others`: the same if any other holds the state
   */
  claim(mirror: OwnerMirror, how?: Claim): Promise<void>
  /** Of the claim that counts: all who share the state know the same. Null before there is one. */
  run(): string | null
  release(): Promise<void>
}

/** No server may wait long to notice that it has lost its database. */
const answersWithinMs = 5000
/** PostgreSQL cuts longer names. */
const longestName = 63

function createClient(url: string, what: string): Client {
  const client = new Client({
    connectionString: withSettings(url, {
      statementMs: answersWithinMs,
      idleInTransactionMs: answersWithinMs,
    }),
    application_name: `jetsam, ${what} of ${hostname()}`.slice(0, longestName),
    connectionTimeoutMillis: answersWithinMs,
    query_timeout: answersWithinMs,
    keepAlive: true,
  })
  // Lost between two statements: the next one reports it. Without a listener, the process would end.
  client.on('error', () => {})
  return client
}

export async function connect(url: string, what: string): Promise<Client> {
  try {
    const client = createClient(url, what)
    await client.connect()
    return client
  } catch (error) {
    // Without the cause, which holds the whole address.
    if (error instanceof TypeError) throw new StateError('UNAVAILABLE', howToWriteURL)
    throw toStateError(whereOf(url), error)
  }
}

const processIdQuery = 'select pg_backend_pid() as id'

/**
 * A pooler that hands connections on between two transactions gives two clients the same one, and
 * with it each other's locks.
 */
export async function expectConnectionOfItsOwn(client: Client, url: string): Promise<void> {
  const other = await connect(url, 'looking for a pooler')
  try {
    const ids = new Set<unknown>()
    for (const one of [client, other]) ids.add((await one.query(processIdQuery)).rows[0]?.id)
    if (ids.size === 2) return
    throw new StateError('UNAVAILABLE', `the database at ${whereOf(url)} ${dropsSettings}`)
  } finally {
    await other.end()
  }
}

async function tryLock(client: Client, isShared: boolean): Promise<boolean> {
  const { rows } = await client.query<{ isOurs: boolean }>(
    `select pg_try_advisory_lock${isShared ? '_shared' : ''}(${lockKey}) as "isOurs"`,
  )
  return rows[0]?.isOurs === true
}

async function expectLock(client: Client, where: string, isShared: boolean): Promise<void> {
  if (await tryLock(client, isShared)) return
  const holder = (await findHolder(client)) ?? 'another process'
  if (isShared) {
    throw new StateError(
      'FAILED',
      `the database at ${where} is in use by ${holder}, which wants it for itself: stop that, and start it again as one of several, with JETSAM_SERVERS, or name another database with JETSAM_DATABASE`,
    )
  }
  throw new StateError(
    'FAILED',
    `the database at ${where} is in use by ${holder}: stop that, or name another database with JETSAM_DATABASE`,
  )
}

export async function readRow(client: Client): Promise<OwnerRow | null> {
  const { rows } = await client.query<OwnerRow>(
    `select cluster_id as "clusterID", epoch::int as epoch, run, mirrored_run as "mirroredRun" from owner`,
  )
  return rows[0] ?? null
}

/**
 * Takes the state in a database for this process alone, before it looks at the tables. Rejects with
 * a `StateError` (`FAILED`) if another process has it, or the database cannot hold a state.
 *
 * It is held by a lock of the connection, which a crash of this process ends at once. A restart of
 * the database ends it too: then it is taken again, and the run that the table names says whether
 * another process came first.
 */
export async function holdDatabase(url: string, options: HoldOptions): Promise<DatabaseHold> {
  const { what, isShared = false, onLost, onReach } = options
  const { lookEveryMs = 5000, lookWhileLostEveryMs = 1000 } = options
  const where = whereOf(url)
  let client: Client | null = await connect(url, what)
  try {
    const { rows } = await client.query<ServerSettings>(settingsQuery)
    expectUsable(rows[0], where)
    await expectConnectionOfItsOwn(client, url)
    await expectLock(client, where, isShared)
  } catch (error) {
    await client.end()
    throw toStateError(where, error)
  }

  let isLocked = true
  /** Of this process; null until it has claimed a storage. */
  let run: string | null = null
  let reach: DatabaseReach = { failure: null, latencyMs: 0, losses: 0 }
  let isReleased = false
  let timer: NodeJS.Timeout | null = null

  function lose(reason: string): StateError {
    isReleased = true
    onLost?.(reason)
    return new StateError('UNAVAILABLE', reason)
  }

  async function lookOver(connection: Client): Promise<void> {
    const startedMs = performance.now()
    if (run === null) await connection.query('select 1')
    else if ((await readRow(connection))?.run !== run) {
      throw lose(`another process has taken the state at ${where}`)
    }
    // Its own earlier connection may hold the lock still.
    if (!isLocked) isLocked = await tryLock(connection, isShared)
    const wasLost = reach.failure !== null
    reach = { ...reach, failure: null, latencyMs: performance.now() - startedMs }
    if (wasLost) onReach?.(null)
  }

  async function lookOnce(): Promise<void> {
    let used = client
    try {
      used ??= await connect(url, what)
      client ??= used
      await lookOver(used)
    } catch (error) {
      const known = toStateError(where, error)
      const failure =
        known instanceof StateError
          ? known
          : new StateError('UNAVAILABLE', `the state at ${where} cannot be read`, { cause: error })
      const wasReached = reach.failure === null
      reach = { ...reach, failure, losses: reach.losses + Number(wasReached) }
      if (wasReached) onReach?.(failure)
      isLocked = false
      if (client === used) client = null
      // It may wait for an answer that never comes.
      used?.end().catch(() => {})
      throw failure
    }
  }

  /** One look after the other. */
  let looks: Promise<unknown> = Promise.resolve()
  function look(): Promise<void> {
    const mine = looks.then(lookOnce)
    looks = mine.catch(() => {})
    return mine
  }

  function lookLater(): void {
    if (isReleased) return
    const waitMs = reach.failure === null ? lookEveryMs : lookWhileLostEveryMs
    timer = setTimeout(() => {
      look().then(lookLater, lookLater)
    }, waitMs)
    timer.unref()
  }
  lookLater()

  return {
    reach: () => reach,
    expectHeld: look,

    async claim(mirror, how = 'claims') {
      if (client === null) throw reach.failure
      const row = await readRow(client)
      const reason = how === 'takes over' ? null : strangersBecause(row, await mirror.read())
      if (reason !== null) {
        throw new StateError(
          'FAILED',
          `the database at ${where} and the storage at ${mirror.where} do not belong together: ${reason}; ${howToTakeOver}`,
        )
      }
      // The first of them has said so, also in the storage.
      const joins = how === 'joins' || (how === 'joins others' && (await isBesideOthers(client)))
      if (joins && row !== null && row.mirroredRun === row.run) {
        ;({ run } = row)
        return
      }
      const owner = {
        clusterID: row?.clusterID ?? randomUUID(),
        epoch: (row?.epoch ?? 0) + 1,
        run: randomUUID(),
      }
      // First the database: a crash in between leaves a file that the row still knows.
      await client.query(
        `insert into owner (one, cluster_id, epoch, run, mirrored_run) values (1, $1, $2, $3, '')
          on conflict (one) do update set epoch = $2, run = $3`,
        [owner.clusterID, owner.epoch, owner.run],
      )
      await mirror.write(formatOwner(owner))
      await client.query('update owner set mirrored_run = run where run = $1', [owner.run])
      ;({ run } = owner)
    },

    run: () => run,

    async release() {
      isReleased = true
      if (timer !== null) clearTimeout(timer)
      await client?.end()
    },
  }
}
