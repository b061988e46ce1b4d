import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { createSerialQueue } from '#coordination/serial-queue.ts'
import { channel } from './agreeing.ts'
import type { Membership } from './membership.ts'

export interface BeatingOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string
  readonly membership: Pick<Membership, 'beat' | 'leave'>
  /** How long to rest between two beats, in milliseconds. Default 5 s. */
  readonly everyMs?: number
  /** A beat failed; the next one may not. */
  readonly onFailure: (error: unknown) => void
}

export interface Beating {
  /** Beats no more, and leaves the other servers. */
  close(): Promise<void>
}

/** How long to rest before a lost connection is opened again. */
const retryMs = 1000

/**
 * Beats at intervals, and whenever another server says that something has changed. That is heard on
 * a connection of its own; what is said while it is lost is found out by the next beat.
 */
export function keepBeating(options: BeatingOptions): Beating {
  const { url, membership, everyMs = 5000, onFailure } = options
  const closing = new AbortController()
  const { signal } = closing
  const inTurn = createSerialQueue()
  let isDue = false

  /** Soon; what is said until then needs no beat of its own. */
  function beat(): Promise<void> {
    if (isDue) return Promise.resolve()
    isDue = true
    return inTurn(async () => {
      isDue = false
      if (signal.aborted) return
      await membership.beat().catch(onFailure)
    })
  }

  const rest = (ms: number): Promise<void> =>
    setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined)

  async function beatAlways(): Promise<void> {
    while (!signal.aborted) {
      await beat()
      await rest(everyMs)
    }
  }

  async function listenOnce(): Promise<void> {
    const client = new Client({
      connectionString: url,
      application_name: 'jetsam',
      keepAlive: true,
    })
    // What it means is told by the end.
    client.on('error', () => {})
    const end = () => void client.end().catch(() => undefined)
    signal.addEventListener('abort', end)
    try {
      const ended = new Promise<void>((resolve) => client.once('end', resolve))
      await client.connect()
      client.on('notification', () => void beat())
      const { rows } = await client.query<{ channel: string }>(`select ${channel} as channel`)
      await client.query(`listen ${client.escapeIdentifier(rows[0]?.channel ?? '')}`)
      // What was said until now was not heard.
      await beat()
      if (!signal.aborted) await ended
    } catch (error) {
      onFailure(error)
    } finally {
      signal.removeEventListener('abort', end)
      end()
    }
  }

  async function listenAlways(): Promise<void> {
    while (!signal.aborted) {
      await listenOnce()
      await rest(retryMs)
    }
  }

  const running = Promise.all([beatAlways(), listenAlways()])
  return {
    async close() {
      closing.abort()
      await running
      await inTurn(() => membership.leave()).catch(onFailure)
    },
  }
}
