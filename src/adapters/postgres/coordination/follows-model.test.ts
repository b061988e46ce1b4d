import fc from 'fast-check'
import { sql, type Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explore } from '#testing/agreement/explore.ts'
import { removalModel } from '#testing/agreement/removal-model.ts'
import { rules, type Rule } from '#testing/agreement/rules.ts'
import { largeScenarios, scenarioOf, scenarios } from '#testing/agreement/scenarios.ts'
import type { Scenario } from '#testing/agreement/world.ts'
import { wholeParts, type Parts } from '#testing/agreement/played/played-server.ts'
import { openPlayedWorld } from '#testing/agreement/played/played-world.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { agreementSteps, type AgreementSteps, type Key } from './agreement-steps.ts'
import { openAgreement, type AgreementConnections } from './open-agreement.ts'

const withoutStep = (changed: Partial<AgreementSteps>): Partial<Parts> => ({
  steps: { ...agreementSteps, ...changed },
})

function intentsEndWithAct(): Partial<Parts> {
  const made: number[] = []
  return {
    agreement: (agreement) => ({
      ...agreement,
      async intend(...words) {
        const intent = await agreement.intend(...words)
        if (intent !== null) made.push(intent)
        return intent
      },
    }),
    leases: (leases, agreement) => ({
      ...leases,
      async withLeases(act) {
        const answer = await leases.withLeases(act)
        for (const intent of made) await agreement.withdraw(intent)
        return answer
      },
    }),
  }
}

/** The adapter without one of its rules. */
const leftOut = {
  'intent is root': withoutStep({ reachedByIntents: async () => [] }),
  'intent is refused': withoutStep({ isAnyRemoved: () => sql`false` }),
  'intent pardons': withoutStep({ isPardoned: () => sql`false` }),
  'intent is kept': intentsEndWithAct(),
  'intent outlives run': withoutStep({ isCollecting: async () => false }),
  remember: {
    told: (made) => ({ ...made, push: () => {}, letGo: (digest) => made.letGo(digest, false) }),
  },
  'held at once': { told: (made) => ({ ...made, hold: () => {}, push: () => {} }) },
  barrier: withoutStep({ notLoaded: async () => [] }),
  'own clock': { clocks: () => ({ monotonicMs: () => 0, wallMs: () => 0 }) },
  'stale acts end': { membership: (made) => ({ ...made, isCurrent: () => true }) },
  pardon: { membership: (made) => ({ ...made, mayBeCondemned: () => false }) },
  'still condemned': withoutStep({
    async sentence(tx, batch, keys) {
      await sql`insert into agreement_keys (folder, digest, state, batch)
        select folder, digest, 'sentenced', ${batch} from unnest(
          ${keys.map(({ folder }) => folder)}::text[], ${keys.map(({ digest }) => digest)}::text[]
        ) victims (folder, digest)
        on conflict (folder, digest) do update set state = 'sentenced', batch = ${batch}`.execute(
        tx,
      )
      return keys
    },
  }),
  'newest leader': withoutStep({ isNewest: async () => true }),
  'sentenced is absent': withoutStep({ beingRemoved: async (): Promise<readonly Key[]> => [] }),
  'writers wait': withoutStep({ beingRemoved: async (): Promise<readonly Key[]> => [] }),
  unsettled: withoutStep({ unsettle: async () => {}, unsettleSome: async () => {} }),
} satisfies Partial<Record<Rule, Partial<Parts>>>

/** Rules that others keep, and who. */
const keptByOthers = {
  'intent before check': 'the registry, by the order of its calls',
  'row before answer': 'the registry, by the order of its calls',
  'answer checks reach': 'the registry, by what it looks for',
  'sent once': 'the store',
  'signed before': 'the store',
  'bounded store': 'the store',
} satisfies Partial<Record<Rule, string>>

type OwnRule = keyof typeof leftOut
const ownRules = Object.keys(leftOut) as OwnRule[]

const asInDatabase = (scenario: Scenario): Scenario => ({ ...scenario, endsWithServer: true })

/**
 * Where the adapter goes another way than the model: a leader loads by itself what it condemned.
 */
const ownWays: Partial<Record<Rule, readonly string[]>> = {
  // What an act asks for, its server keeps at once: so it begins later.
  'intent is refused': [
    'collection 0: not begun',
    'collection 0: list',
    'collection 0: condemn',
    '0 loads what is condemned',
    '0 acknowledges',
    '1 loads what is condemned',
    '1 acknowledges',
    'collection 0: barrier',
    'collection 0: sentence',
    'head manifest at 0: not begun',
    'head manifest at 0: intend',
    'head manifest at 0: check',
    'head manifest at 0: answer',
    'collection 0: send',
    'the store: delete 2',
  ],
  barrier: [
    'head blob at 0: not begun',
    'head blob at 0: look',
    'head blob at 0: answer',
    'collection 0: not begun',
    'collection 0: list',
    'collection 0: condemn',
    '1 loads what is condemned',
    '1 acknowledges',
    'collection 0: barrier',
    'collection 0: sentence',
    'collection 0: sentence',
    'collection 0: send',
    'the store: delete 1',
  ],
}

/** The shortest way to a loss without the rule. */
function wayWithout(rule: Rule): readonly string[] {
  const scenario = asInDatabase(scenarios[scenarioOf[rule]])
  const { loss } = explore(removalModel(scenario, (other) => other !== rule))
  return ownWays[rule] ?? loss ?? []
}

/** Continuous integration has the time for all of them. */
const played: Record<string, Scenario> =
  process.env.CI === 'true' ? { ...scenarios, ...largeScenarios } : scenarios

/** How many ways through each scenario are tried, and how long each of them is at most. */
const walks = 25
const stepsOfWalk = 90
/** Until both sides have won: with three servers, the collection rarely does. */
const mostWalks = 300

/** Without these, most ways would end before a collection or a client has come far. */
const isAccident = (name: string): boolean =>
  /crashes|counted out|given up|is lost|is old/.test(name)
const oneOf = 12

/** What may happen in the model, one after the other. */
function randomWay(scenario: Scenario, seed: number): readonly string[] {
  const { first, stepsFrom } = removalModel(scenario, () => true)
  const index = fc.integer({ min: 0, max: 2 ** 30 })
  const random = fc.sample(fc.noBias(fc.tuple(index, index)), { numRuns: stepsOfWalk, seed })
  const way: string[] = []
  let world = first
  for (const [luck, number] of random) {
    const all = [...stepsFrom(world)]
    // Without accidents, a way may come to its end.
    if (all.length === 0) break
    const usual = all.filter(([name]) => !isAccident(name))
    const steps = luck % oneOf === 0 || usual.length === 0 ? all : usual
    const [name, next] = steps[number % steps.length] as (typeof steps)[number]
    way.push(name)
    world = next
  }
  return way
}

describe.skipIf(findPostgres() === null)('the agreement in PostgreSQL', () => {
  let postgres: ThrowawayPostgres
  let connections: AgreementConnections
  let db: Kysely<unknown>
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
    connections = await openAgreement(await postgres.newURL())
    db = connections.calls
  })
  afterAll(async () => {
    await connections.close()
    await postgres.remove()
  })

  it('has each rule of the model, or leaves it to others', () => {
    const all = [...ownRules, ...Object.keys(keptByOthers)]
    expect(all.toSorted()).toEqual(Object.keys(rules).toSorted())
  })

  it.each(ownRules)('loses something without the rule "%s", where the model does', async (rule) => {
    const way = wayWithout(rule)
    const scenario = scenarios[scenarioOf[rule]]
    const world = await openPlayedWorld(db, scenario, { ...wholeParts, ...leftOut[rule] })
    const impossible: string[] = []
    for (const name of way) if (!(await world.step(name))) impossible.push(name)
    expect(impossible).toEqual([])
    expect(world.isLoss()).toBe(true)
  })

  it.each(Object.keys(rules) as Rule[])(
    'loses nothing with all rules, where the model does without "%s"',
    async (rule) => {
      const world = await openPlayedWorld(db, scenarios[scenarioOf[rule]], wholeParts)
      for (const name of wayWithout(rule)) {
        await world.step(name)
        expect(world.isLoss(), name).toBe(false)
      }
      expect(await world.comeToRest()).toEqual([])
    },
  )

  it.each(Object.entries(played))(
    'loses nothing in any order of events: %s',
    async (_, scenario) => {
      // Where two clients come, one of them hardly ever comes too late.
      const sides = scenario.acts.length === 1 ? ['told', 'gone'] : ['told']
      const ends = new Set<string>()
      const isOver = (): boolean => sides.every((side) => ends.has(side))
      for (let seed = 1; seed <= walks || (!isOver() && seed <= mostWalks); seed += 1) {
        const world = await openPlayedWorld(db, scenario, wholeParts)
        const way = randomWay(asInDatabase(scenario), seed)
        let made = 0
        for (const [at, name] of way.entries()) {
          if (await world.step(name)) made += 1
          expect(world.isLoss(), way.slice(0, at + 1).join(', ')).toBe(false)
          if (world.isTold()) ends.add('told')
        }
        if (world.isGone()) ends.add('gone')
        expect(await world.comeToRest(), way.join(', ')).toEqual([])
      }
      // It is worth something: both sides can win.
      expect([...ends]).toEqual(expect.arrayContaining(sides))
    },
  )
})
