import { AgreementError } from '#coordination/agreement-error.ts'
import { createChangeSignal } from '#coordination/change-signal.ts'
import { createSerialQueue } from '#coordination/serial-queue.ts'
import type { Agreement, Heard, OtherServer } from './agreement.ts'
import { notOneOfTheServers } from './agreeing.ts'
import type { ServerId } from './agreement-steps.ts'
import { createWatch, longestSince, momentOf, type Clocks, type Moment } from './steady-clocks.ts'
import type { ToldDigests } from './told-digests.ts'

export interface MembershipTimes {
  /** A server that has not reached the database for so long answers nothing. */
  readonly lapseMs: number
  /** The others wait for so much longer before they count it out: clocks may differ in speed. */
  readonly marginMs: number
  /** The store applies a request within this time, or never. */
  readonly storeMs: number
  /** What was to be written may be written for so long, and is then shown by a listing. */
  readonly listingMs: number
  /** A listing shows what was written so long ago. Default: `listingMs`. */
  readonly lagMs?: number
}

export const membershipTimes: MembershipTimes = {
  lapseMs: 30_000,
  marginMs: 15_000,
  storeMs: 15 * 60_000,
  listingMs: 7 * 24 * 3_600_000,
}

/** This process as one of the servers. */
export interface Membership {
  /**
   * The number of this server. Throws once it has not reached the database for so long that the
   * others may have counted it out, by its own clocks; what was told before is void then.
   */
  current(): ServerId
  /** Whether the server that had this number is this one, and one of the servers. */
  isCurrent(server: ServerId): boolean
  /** Whether any of the digests may be condemned: then the database has to be asked. */
  mayBeCondemned(digest: string): boolean
  /** For how long another server has said nothing, as far as this one has seen. */
  silentMs(server: ServerId): number
  /** How long another server may be silent before the others go on without it. */
  readonly countedOutMs: number
  /** What may still be changed by requests without an answer is settled within so much time. */
  settlesInMs(batches: readonly number[]): number
  /**
   * Says that this server lives, joins if it has been counted out, learns what is condemned, and
   * counts out who has been silent. Rejects if the database cannot be used.
   */
  beat(): Promise<void>
  /** Learns what is condemned, pardons what this server has told clients of, and says so. */
  load(): Promise<void>
  /** Ends the membership, so that the others need not wait. Nothing is answered from then on. */
  leave(): Promise<void>
  /**
   * Tells a follower what each beat brings, from before this server answers anything as the server
   * that has heard it.
   */
  follow(follower: Follower): void
  /** Resolves when something may have changed. */
  changed(): Promise<void>
  wake(): void
}

export interface Follower {
  /** Learns at once, and without waiting. */
  heard(news: News): void
  /** After that: what is to be told to the others, or asked of them. Part of the beat. */
  act?(server: ServerId, news: News): Promise<void>
}

export type News = Pick<Heard, 'gate' | 'others'> & {
  /** When it was asked for: this server may rely on it from then on. */
  readonly sentAt: Moment
  /** This server has just joined: what it knew before may be out of date. */
  readonly isNew: boolean
}

export interface MembershipOptions {
  readonly agreement: Agreement
  /** For people, in messages. */
  readonly name: string
  readonly clocks: Clocks
  readonly told: ToldDigests
  /** Names what keeps this server from writing once another one has taken it away. */
  readonly fence?: string
  /** Takes a fence away, before its server is counted out. Rejects if that cannot be told. */
  readonly takeFence?: (fence: string) => Promise<void>
  /** Whether the server of a fence has certainly ended, and is counted out at once. */
  readonly hasEnded?: (fence: string) => Promise<boolean>
  /**
   * The others have counted this server out. It ends then; by default, and where it has no fence,
   * it joins again as a new one.
   */
  readonly onCountedOut?: () => void
  /** This server has counted out another one. */
  readonly onGone?: (server: OtherServer) => void
  readonly times?: MembershipTimes
}

const markOf = ({ id, beat }: OtherServer): string => `${id}:${beat}`

export function createMembership(options: MembershipOptions): Membership {
  const { agreement, name, clocks, told, times = membershipTimes } = options
  const { fence, takeFence = async () => {}, hasEnded, onCountedOut, onGone } = options
  const countedOutMs = times.lapseMs + times.marginMs
  const changes = createChangeSignal()
  const inTurn = createSerialQueue()
  const silent = createWatch(clocks)
  const unsettled = createWatch(clocks)
  let server: ServerId | null = null
  let heardAt: Moment = momentOf(clocks)
  let loaded = -1
  let condemned: ReadonlySet<string> = new Set()
  const followers: Follower[] = []
  let newest: News | null = null
  let others: readonly OtherServer[] = []

  const hasLapsed = (): boolean => longestSince(clocks, heardAt) >= times.lapseMs

  function tell(news: News): void {
    newest = news
    for (const follower of followers) follower.heard(news)
  }

  async function act(self: ServerId, news: News): Promise<void> {
    for (const follower of followers) await follower.act?.(self, news)
  }

  async function join(): Promise<void> {
    const sent = momentOf(clocks)
    // What was told as the server that it was is void: nothing keeps it.
    server = null
    told.forgetAll()
    const { gate, ...joined } = await agreement.join(name, fence)
    const news = { gate, isNew: true, others: [], sentAt: sent }
    tell(news)
    server = joined.server
    heardAt = sent
    loaded = joined.version
    condemned = new Set(joined.digests)
    await act(joined.server, news)
  }

  async function load(): Promise<void> {
    if (server === null) throw notOneOfTheServers()
    const self = server
    const { version, digests, includesPushes } = await agreement.load()
    // No await between these: who asks before is held or told by now, and who asks after it knows.
    condemned = new Set(digests)
    const wanted = told.among(digests, includesPushes)
    await agreement.acknowledge(self, version, wanted)
    loaded = version
    changes.fire()
  }

  async function goneOf(): Promise<readonly OtherServer[]> {
    const silentOnes = new Set(silent.look(others.map(markOf), countedOutMs))
    const gone: OtherServer[] = []
    for (const other of others) {
      const isGone =
        silentOnes.has(markOf(other)) || (other.fence !== '' && (await hasEnded?.(other.fence)))
      if (isGone) gone.push(other)
    }
    return gone
  }

  async function beat(): Promise<void> {
    const sent = momentOf(clocks)
    const toldMark = told.mark()
    const heard = server === null ? null : await agreement.beat(server)
    if (heard === null) {
      if (server !== null && onCountedOut !== undefined) {
        server = null
        told.forgetAll()
        onCountedOut()
        throw notOneOfTheServers()
      }
      await join()
      changes.fire()
      return
    }
    const self = server as ServerId
    const { gate } = heard
    ;({ others } = heard)
    const news = { gate, others, isNew: false, sentAt: sent }
    // None could be watched while the database was not reached: they could not reach it either.
    if (hasLapsed()) silent.beginAgain()
    tell(news)
    heardAt = sent
    await act(self, news)
    if (!heard.isCollecting) told.forgetBefore(toldMark)
    if (heard.version !== loaded) await load()
    for (const other of await goneOf()) {
      if (other.fence !== '') await takeFence(other.fence)
      if (await agreement.countOut(other.id, other.beat)) onGone?.(other)
    }
    const old = unsettled.look(heard.unsettled.map(String), times.storeMs)
    if (old.length > 0) await agreement.settleOld(old.map(Number))
    if (!heard.isCollecting) await agreement.forgetOldIntents(times.listingMs, times.lagMs)
    changes.fire()
  }

  return {
    current() {
      if (server === null) throw notOneOfTheServers()
      if (hasLapsed()) {
        const seconds = Math.round(longestSince(clocks, heardAt) / 1000)
        const message = `this server has not reached the database for ${seconds} s, so it does not know what is being removed: try again; if that goes on, see whether it reaches the database`
        throw new AgreementError('CUT_OFF', message)
      }
      return server
    },
    isCurrent: (one) => one === server && !hasLapsed(),
    silentMs(one) {
      const other = others.find(({ id }) => id === one)
      return other === undefined ? 0 : silent.sinceMs(markOf(other))
    },
    countedOutMs,
    settlesInMs: (batches) =>
      Math.max(...batches.map((batch) => times.storeMs - unsettled.sinceMs(`${batch}`)), 0),
    mayBeCondemned: (digest) => condemned.has(digest),
    beat: () => inTurn(beat),
    load: () => inTurn(load),
    leave: () =>
      inTurn(async () => {
        const left = server
        server = null
        told.forgetAll()
        if (left !== null) await agreement.leave(left)
      }),
    follow(follower) {
      followers.push(follower)
      if (newest !== null) follower.heard({ ...newest, isNew: true })
    },
    changed: changes.next,
    wake: changes.fire,
  }
}
