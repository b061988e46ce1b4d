import { describe, expect, it } from 'vitest'
import { explore, type Exploration } from './explore.ts'
import { removalModel } from './removal-model.ts'
import { rules, type Rule } from './rules.ts'
import { largeScenarios, scenarioOf, scenarios } from './scenarios.ts'
import { tagModel, tagRules, type TagRule } from './tag-model.ts'
import { has, keys, type Scenario, type World } from './world.ts'

/** Continuous integration has the time for all of them. */
const explored: Record<string, Scenario> =
  process.env.CI === 'true' ? { ...scenarios, ...largeScenarios } : scenarios

const all = () => true
const namesOf = <T extends object>(record: T) => Object.keys(record) as (keyof T)[]
/** A million worlds take a minute on a slow machine, and this says nothing about the worlds. */
const timeout = 600_000

function expectNoLoss({ loss, locked, ends }: Exploration<World>): void {
  expect(loss, 'the way to a loss').toBeNull()
  expect(locked, 'the way to something that stays locked').toBeNull()
  // The exploration is worth something: both sides can win.
  const isTold = (world: World) => has(world.promised, keys.blob) || tells(world)
  expect(ends.some((world) => !has(world.stored, keys.blob))).toBe(true)
  expect(ends.some((world) => has(world.stored, keys.blob) && isTold(world))).toBe(true)
}

const tells = ({ servers }: World): boolean => servers.some(({ told }) => has(told, keys.blob))

describe('what a client was told is stored is not removed, and nothing stays locked', () => {
  it.each(Object.entries(explored))('%s', { timeout }, (_, scenario) => {
    expectNoLoss(explore(removalModel(scenario, all)))
  })

  it.each(namesOf(rules))('without the rule "%s" something is lost', { timeout }, (rule: Rule) => {
    const scenario = scenarios[scenarioOf[rule]]
    expect(explore(removalModel(scenario, (other) => other !== rule)).loss).not.toBeNull()
  })
})

describe('a tag has the newest value that a client was told of', () => {
  it.each([2, 3, 4])('%i servers change it', { timeout }, (changes) => {
    const { loss, locked, ends } = explore(tagModel(changes, all))
    expect(loss).toBeNull()
    expect(locked).toBeNull()
    // Each of them can be the last.
    expect(new Set(ends.map(({ stored }) => stored)).size).toBe(changes + 1)
  })

  it.each(namesOf(tagRules))('without the rule "%s" an older one wins', (rule: TagRule) => {
    expect(explore(tagModel(2, (other) => other !== rule)).loss).not.toBeNull()
  })
})
