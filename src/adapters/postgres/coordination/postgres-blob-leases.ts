import { AgreementError } from '#coordination/agreement-error.ts'
import type { BlobLeases, FolderOf, LeaseControl } from '#coordination/blob-leases.ts'
import { GivenUp, unlessGivenUp } from '#coordination/given-up.ts'
import { CollectionError } from '#domain/collection/collection-error.ts'
import type { IsGivenUp, Wait } from '#domain/time/clock.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { createStopwatch } from '#domain/time/stopwatch.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Agreement, Batch } from './agreement.ts'
import { notOneOfTheServers } from './agreeing.ts'
import { createClosedForNow } from './closed-for-now.ts'
import type { Key, ServerId } from './agreement-steps.ts'
import type { Membership } from './membership.ts'
import { persist } from './persist.ts'
import { serversAreSilent } from './silent-servers.ts'
import type { Clocks } from './steady-clocks.ts'
import type { ToldDigests } from './told-digests.ts'

export interface PostgresBlobLeaseOptions {
  readonly agreement: Agreement
  readonly membership: Membership
  readonly told: ToldDigests
  readonly clocks: Clocks
  readonly wait: Wait
  /** Aborts when this server ends. */
  readonly closed: AbortSignal
  /**
   * Whether intents end with their acts, as where listings show soon what was written. Default: they
   * last until they are old.
   */
  readonly endsIntents?: boolean
  /** How long a request waits for a removal, in milliseconds. Default 1 min. */
  readonly patienceMs?: number
  /** How long it waits for a removal whose answer will not come. Default 1 s. */
  readonly closedPatienceMs?: number
  /** How long a collection waits for the other servers, in milliseconds. Default 2 min. */
  readonly barrierMs?: number
}

/** How many keys are condemned in one transaction. */
const keysAtOnce = 10_000
/** How often a wait looks again, should a notification be lost. */
const lookMs = 250

const stillRemoved = (what: string): AgreementError =>
  new AgreementError(
    'BEING_REMOVED',
    `${what} is being removed, and the storage has not answered yet: try again in a few minutes`,
  )

const another = () => new CollectionError('GATE_CLOSED', 'another collection has begun')

/**
 * The leases of one of several servers, by condemning, pardoning and settling. While nothing is
 * condemned, no call of a client waits for the database.
 */
export function createPostgresBlobLeases(
  options: PostgresBlobLeaseOptions,
): BlobLeases & LeaseControl {
  const { agreement, membership, told, clocks, wait, closed } = options
  const { patienceMs = 60_000, closedPatienceMs = 1000, barrierMs = 120_000 } = options
  const { endsIntents = false } = options
  const closedForNow = createClosedForNow(membership, clocks)
  let isGivenUp: IsGivenUp | undefined
  let epoch: number | null = null
  /**
   * The folders of what has been condemned at once, and not been sentenced. What was pardoned of it
   * stays so.
   */
  const announced = new Set<string>()
  const stopwatch = () => createStopwatch({ nowMs: clocks.monotonicMs })
  const changed = (): Promise<void> => Promise.race([membership.changed(), wait(lookMs)])

  function expectCurrent(server: ServerId): void {
    membership.current()
    // It was counted out since, and has joined again: what it saw before may be gone.
    if (!membership.isCurrent(server)) throw notOneOfTheServers()
  }

  /** Pardons what is needed. Resolves to what is being removed of it. */
  async function ask(server: ServerId, digests: readonly Digest[]): Promise<readonly Key[]> {
    expectCurrent(server)
    const known = digests.filter((digest) => membership.mayBeCondemned(digest))
    return known.length === 0 ? [] : await agreement.pardon(server, known)
  }

  /** Throws if it is not worth to wait for the removals of these. */
  async function expectSoonRemoved(
    what: string,
    digests: readonly Digest[],
    waitedMs: number,
  ): Promise<void> {
    if (waitedMs >= patienceMs) throw stillRemoved(what)
    if (waitedMs < closedPatienceMs) return
    const unsettled = await agreement.unsettled(digests)
    if (unsettled.length === 0) return
    throw closedForNow('BEING_REMOVED', `${what} may still be removed`, unsettled)
  }

  /** Every server has learned what is condemned, and has pardoned what it told clients of. */
  async function barrier(version: number): Promise<void> {
    const elapsedMs = stopwatch()
    await membership.load()
    for (;;) {
      const missing = await agreement.notLoaded(version)
      if (missing.length === 0) return
      if (isGivenUp?.()) throw new GivenUp()
      if (elapsedMs() >= barrierMs) throw serversAreSilent(missing.length)
      await changed()
    }
  }

  /** Of any number, with one wait for the others. */
  async function condemn(keys: Iterable<Key>): Promise<void> {
    let version: number | null = null
    for (const some of inSlices(keys, keysAtOnce)) {
      if (epoch === null) throw another()
      version = await agreement.condemn(epoch, some)
      if (version === null) throw another()
    }
    if (version === null) return
    const all = version
    await unlessGivenUp(isGivenUp, wait, () => barrier(all))
  }

  async function sentenceKeys(keys: readonly Key[]): Promise<Batch> {
    const others = keys.filter(({ folder }) => !announced.has(folder))
    if (others.length > 0) await condemn(others)
    const batch = epoch === null ? null : await agreement.sentence(epoch, keys)
    if (batch === null) throw another()
    return batch
  }

  /** One that stays keeps what is not needed, until it is old. */
  async function withdrawAll(intents: readonly number[]): Promise<void> {
    await Promise.allSettled(intents.map(agreement.withdraw))
  }

  return {
    async withLeases(act) {
      const server = membership.current()
      const named = new Set<Digest>()
      const intents: number[] = []
      const mode: { remembers: boolean | 'if pushes continue' } = { remembers: true }

      /** Before the look, and in one turn with it: see `Membership.load`. */
      function hold(digest: Digest): void {
        if (!named.has(digest)) told.hold(digest)
        named.add(digest)
      }

      try {
        const answer = await act({
          async lease(digests, folderOf) {
            const asked = [...digests]
            for (const digest of asked) hold(digest)
            const removed = await ask(server, asked)
            const gone = new Set(removed.map(({ folder }) => folder))
            return new Set(asked.filter((digest) => !gone.has(folderOf(digest))))
          },
          async waitUntilDeleted(folder, digest) {
            hold(digest)
            const elapsedMs = stopwatch()
            for (;;) {
              const next = changed()
              const removed = await ask(server, [digest])
              if (!removed.some((key) => key.folder === folder)) return
              await expectSoonRemoved(digest, [digest], elapsedMs())
              await next
            }
          },
          async intend(digests) {
            for (const digest of digests) hold(digest)
            const elapsedMs = stopwatch()
            for (;;) {
              const next = changed()
              expectCurrent(server)
              const intent = await agreement.intend(server, [...named])
              if (intent !== null) {
                intents.push(intent)
                return true
              }
              await expectSoonRemoved('something that this image needs', [...named], elapsedMs())
              await next
            }
          },
          withdraw: () => withdrawAll(intents),
          markReadOnly: (isThere) => (mode.remembers = isThere && 'if pushes continue'),
        })
        expectCurrent(server)
        // It found nothing, and wrote nothing.
        if (mode.remembers === false) await withdrawAll(intents)
        // Without this they last until they are old. A client that was only told of something may
        // need them for as long.
        else if (endsIntents && mode.remembers === true && intents.length > 0) {
          void agreement.endIntents(intents).catch(() => {})
        }
        return answer
      } finally {
        const isStale = !membership.isCurrent(server)
        for (const digest of named) told.letGo(digest, !isStale && mode.remembers)
      }
    },

    async leaseForPush(repository, digests) {
      membership.current()
      for (const digest of digests) told.push(repository, digest)
      const known = [...digests].filter((digest) => membership.mayBeCondemned(digest))
      if (known.length > 0) await agreement.pardon(membership.current(), known)
    },

    async releasePush(repository, digests) {
      for (const digest of digests) told.endPush(repository, digest)
    },

    async startCollection({ includePushLeases, ...wanted }) {
      const mark = told.mark()
      const server = membership.current()
      const begun = await agreement.lead(server, { includesPushes: includePushLeases })
      if (begun === null) {
        throw new CollectionError('GATE_CLOSED', 'another collection is running already')
      }
      epoch = begun
      ;({ isGivenUp } = wanted)
      announced.clear()
      told.forgetBefore(mark)
    },

    async condemn(keys) {
      const all = [...keys]
      await condemn(all)
      for (const { folder } of all) announced.add(folder)
    },

    async sentence(digests: readonly Digest[] | ReadonlySet<Digest>, folderOf: FolderOf) {
      const keys = [...digests].map((digest) => ({ digest, folder: folderOf(digest) }))
      const byFolder = new Map(keys.map(({ folder, digest }) => [folder, digest]))
      const { batch, keys: victims } = await sentenceKeys(keys)
      const granted = new Set(victims.flatMap(({ folder }) => byFolder.get(folder) ?? []))
      return {
        granted,
        async settle(unanswered = new Set()) {
          const open = victims.filter(({ folder }) =>
            unanswered.has(byFolder.get(folder) as Digest),
          )
          await agreement.settle(batch, open)
          // What there was no time for is condemned again: it may have been needed since.
          for (const { folder } of victims) announced.delete(folder)
          membership.wake()
        },
      }
    },

    async endCollection() {
      if (epoch === null) return
      const [ended, mark] = [epoch, told.mark()]
      epoch = null
      const end = async (): Promise<void> => {
        await agreement.endLead(ended)
        told.forgetBefore(mark)
      }
      // While this server lives nothing else ends it, and no other collection can begin.
      await end().catch(() => void persist(closed, wait, end))
    },
  }
}
