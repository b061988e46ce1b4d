import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerProcess } from '../../server-process.ts'
import type { Alarms } from './alarms.ts'
import type { Act, Outcome } from './book.ts'
import { untilTrue, type Burning } from './burning.ts'
import { count, fault, look, makeFamily, perform, type Family, type Way } from './clients.ts'
import type { Random } from './random.ts'

/** What befalls the servers, each made to happen in the moment that it is about. */
export interface Disasters {
  /** A push needs layers that the running collection has condemned. */
  pushWhatIsCondemned(): Promise<void>
  /** The collecting server is killed between the sentence and its answer. */
  killWhileRemoving(): Promise<void>
  killAmidDeletion(): Promise<void>
  /** For so long that it is counted out, with a request in flight. */
  freezeAmidPush(meanwhile: () => Promise<void>): Promise<void>
  /** All connections, while a collection removes. */
  cutWhileRemoving(): Promise<void>
  restartDatabase(): Promise<void>
  killAtAnyTime(): Promise<void>
  /** The images of its own, to be looked at like all others. */
  readonly families: Family[]
}

export const constructed = {
  pushed: 'constructed: pushes of condemned layers',
  killed: 'constructed: kills between sentence and answer',
  amidDeletion: 'constructed: kills amid a deletion',
  frozen: 'constructed: freezes with a request in flight',
  cut: 'constructed: connections cut while removing',
  restarted: 'constructed: restarts of the database',
} as const

const digestOf = ({ images }: Family, image: number): string => images[image]?.digest ?? ''

/** What no other family needs. */
const ownLayers = ({ images }: Family): readonly string[] =>
  images.flatMap(({ blobs }) => blobs.slice(2)).map(({ digest }) => digest)

const pushOf = (family: Family, image: number, tag = image): Act => ({
  kind: 'push',
  digest: digestOf(family, image),
  tag: family.tags[tag] ?? '',
})

export function createDisasters(
  burning: Burning,
  alarms: Alarms,
  repositories: readonly string[],
  random: Random,
): Disasters {
  const { several, rows } = burning
  const families: Family[] = []

  function newFamily(): Family {
    const family = makeFamily(random.of(repositories), `own${families.length}`, random)
    families.push(family)
    return family
  }

  async function act(family: Family, what: Act, way: Way = {}): Promise<Outcome> {
    const outcome = await perform(burning, family, what, random, way)
    family.book.record([{ act: what, outcome }])
    return outcome
  }

  /** Until it is so: other disasters and collections that keep pushes out may come in between. */
  async function surely(family: Family, what: Act, through?: ServerProcess): Promise<void> {
    await untilTrue(
      `${what.kind} in ${family.repository}`,
      async () => (await act(family, what, through && { through })) === 'happened',
      120_000,
    )
  }

  async function lookAtAll(family: Family): Promise<void> {
    for (const reference of [...family.tags, ...family.images.map(({ digest }) => digest)]) {
      await look(burning, burning.server(random), family, reference)
    }
  }

  /** As clients do that a collection keeps out. */
  async function unlessRefused(...words: Parameters<typeof act>): Promise<Outcome> {
    for (;;) {
      const outcome = await act(...words)
      if (outcome !== 'refused') return outcome
      await sleep(200)
    }
  }

  /** Images that a collection takes: nothing that remembers them is left. */
  async function makeGarbage(family: Family, through: ServerProcess): Promise<void> {
    await surely(family, pushOf(family, 0), through)
    await surely(family, { kind: 'delete image', digest: digestOf(family, 0) }, through)
    const digests = ownLayers(family)
    await untilTrue('pushes that ended are forgotten', async () => {
      await burning.beat()
      const listed = digests.map((digest) => `'${digest}'`).join()
      const [row] = await rows(
        `select count(*)::int as count from agreement_reach where digest in (${listed})`,
      )
      return row?.['count'] === 0
    })
  }

  const countIn = async (statement: string): Promise<number> => {
    const [row] = await rows(`select count(*)::int as count from ${statement}`)
    return Number(row?.['count'])
  }

  /** What a server was doing that has certainly ended cannot come any more. */
  async function timePassesForTheDead(): Promise<void> {
    await sleep(2000)
    if (burning.up().length < several.servers.length) return
    await rows(`delete from agreement_keys where state = 'unsettled';
      delete from agreement_tags where is_unsettled`)
  }

  /**
   * Collects until something is sentenced, and strikes then, amid the last collection. One collection may leave the garbage to
   * the next: what servers remember after the disaster before is not theirs to take.
   */
  async function strikeAtSentence(
    server: ServerProcess,
    strike: () => Promise<unknown>,
  ): Promise<{ readonly collecting: Promise<unknown> }> {
    const over = new AbortController()
    let collecting: Promise<unknown> = Promise.resolve()
    const collect = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const job = await burning.startCollection(server)
        if (job === null) return
        await burning.whenEnded(job)
        await burning.beat()
      }
    }
    try {
      await alarms.during(
        'sentenced',
        '',
        () => void (collecting = collect()),
        async () => {
          over.abort()
          await strike()
        },
      )
    } finally {
      over.abort()
    }
    return { collecting }
  }

  function three(): readonly [ServerProcess, ServerProcess, ServerProcess] {
    const [one, two, last] = random.below(2) === 0 ? burning.up() : burning.up().toReversed()
    if (!one || !two || !last) throw new Error('not all servers are up')
    return [one, two, last]
  }

  return {
    families,
    pushWhatIsCondemned: () =>
      burning.alone(async () => {
        const [collecting, pushing, slow] = three()
        const family = newFamily()
        await burning.setMode('accept-pushes')
        await makeGarbage(family, pushing)
        const own = ownLayers(family)
        // The collection waits for this one before it sentences what it has condemned.
        burning.freeze(slow)
        try {
          const job = await burning.startCollection(collecting)
          if (job === null) throw new Error('the collection did not start')
          const condemned = async () =>
            (await rows(`select digest from agreement_keys where state = 'condemned'`)).filter(
              ({ digest }) => own.includes(String(digest)),
            ).length
          await untilTrue('it condemns', async () => (await condemned()) > 0, 20_000)
          const before = await condemned()
          const outcome = await act(family, pushOf(family, 0), { through: pushing })
          const isRunning = (await countIn('agreement_lead where server is not null')) === 1
          if (outcome === 'happened' && isRunning && before > 0) {
            count(burning, constructed.pushed)
          }
          burning.wake(slow)
          await burning.whenEnded(job)
        } finally {
          if (!burning.up().includes(slow)) burning.wake(slow)
        }
        await lookAtAll(family)
      }),

    killWhileRemoving: () =>
      burning.alone(async () => {
        const [victim, other] = three()
        await burning.setMode(random.of(['accept-pushes', 'reject-pushes', 'hold-pushes']))
        await makeGarbage(newFamily(), other)
        await strikeAtSentence(victim, () => burning.kill(victim))
        if ((await countIn(`agreement_keys where state <> 'condemned'`)) > 0) {
          count(burning, constructed.killed)
        }
        await untilTrue('it is counted out', async () => (await several.unsettled()) > 0)
        await burning.restart(victim)
        await timePassesForTheDead()
      }),

    async killAmidDeletion() {
      const [victim, other] = burning.up().toReversed()
      if (!victim || !other) throw new Error('too few servers are up')
      const family = newFamily()
      await surely(family, pushOf(family, 0), other)
      await surely(family, pushOf(family, 0, 1), other)
      await surely(family, pushOf(family, 1, 2), other)
      let deleting: Promise<Outcome> = Promise.resolve('refused')
      const subject = `${family.repository}:${family.tags[0]}`
      const deletion: Act = { kind: 'delete image', digest: digestOf(family, 0) }
      await alarms.during(
        'entered',
        subject,
        () => void (deleting = unlessRefused(family, deletion, { through: victim })),
        () => burning.kill(victim),
      )
      if ((await deleting) === 'unknown') count(burning, constructed.amidDeletion)
      else fault(burning, family, 'a deletion was answered by a server that was killed in it')
      await burning.restart(victim)
      await timePassesForTheDead()
      await lookAtAll(family)
    },

    async freezeAmidPush(meanwhile) {
      const [victim, other] = three()
      const family = newFamily()
      await surely(family, pushOf(family, 0), other)
      const number = await burning.numberOf(victim)
      if (number === null) throw new Error('a server that is none')
      let pushing: Promise<Outcome> = Promise.resolve('refused')
      let hasEnded = false
      const way = { through: victim, withinMs: 180_000 }
      await alarms.during(
        'entered',
        `${family.repository}:${family.tags[1]}`,
        () => {
          pushing = unlessRefused(family, pushOf(family, 1), way)
          void pushing.then(() => (hasEnded = true))
        },
        () => burning.freeze(victim),
      )
      const isInFlight = !hasEnded
      await meanwhile()
      await untilTrue(
        'a frozen server is counted out',
        async () => (await countIn(`agreement_servers where id = ${number}`)) === 0,
        120_000,
      )
      await sleep(1000)
      burning.giveUp(victim)
      process.kill(victim.processId, 'SIGCONT')
      const ended = await Promise.race([victim.ended().then(() => true), sleep(60_000)])
      if (ended !== true) throw new Error('a server that was counted out does not end')
      const outcome = await pushing
      if (isInFlight && outcome !== 'happened') count(burning, constructed.frozen)
      else fault(burning, family, `a push through a frozen server: ${outcome}`)
      await burning.restart(victim)
      await timePassesForTheDead()
      await lookAtAll(family)
    },

    cutWhileRemoving: () =>
      burning.alone(async () => {
        const [server, other] = three()
        await burning.setMode('accept-pushes')
        await makeGarbage(newFamily(), other)
        const { collecting } = await strikeAtSentence(server, async () => {
          const cut = await alarms.cut()
          count(burning, 'connections cut', cut)
          if (cut > 0) count(burning, constructed.cut)
        })
        await collecting
      }),

    async restartDatabase() {
      const { postgres } = several.database
      await postgres.stop(random.of(['fast', 'crash']))
      await sleep(1000)
      await postgres.start()
      count(burning, constructed.restarted)
    },

    async killAtAnyTime() {
      const victim = random.of(burning.up())
      await burning.kill(victim)
      await sleep(random.below(1000))
      await burning.restart(victim)
      await timePassesForTheDead()
    },
  }
}
