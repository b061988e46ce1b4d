import { describe, expect, it } from 'vitest'
import { explore, type Exploration } from './explore.ts'
import { removalModel } from './removal-model.ts'
import { rules, type Rule } from './rules.ts'
import { largeScenarios, scenarioOf, scenarios } from './scenarios.ts'
import { noteModel, noteRules, type NoteRule } from './note-model.ts'
import { signatureModel, signatureRules, type SignatureRule } from './signature-model.ts'
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

describe('a server that others do without has written all that it ever will', () => {
  it('before what it was removing is written again', () => {
    const { loss, locked, ends } = explore(signatureModel(all))
    expect(loss).toBeNull()
    expect(locked).toBeNull()
    // Its removal may be done, lost, refused; and it may have been one of the servers all the time.
    expect(new Set(ends.map(({ isMember, isStored }) => `${isMember} ${isStored}`)).size).toBe(3)
  })

  it.each(namesOf(signatureRules))('not so without the rule "%s"', (rule: SignatureRule) => {
    expect(explore(signatureModel((other) => other !== rule)).loss).not.toBeNull()
  })
})

describe('what was pushed after a deletion had no answer stays', () => {
  it('also where the note of the deletion comes late', () => {
    const { loss, locked, ends } = explore(noteModel(all))
    expect(loss).toBeNull()
    expect(locked).toBeNull()
    expect(ends.some(({ isTagged }) => isTagged)).toBe(true)
    expect(ends.some(({ isTagged }) => !isTagged)).toBe(true)
  })

  it.each(namesOf(noteRules))('not so without the rule "%s"', (rule: NoteRule) => {
    expect(explore(noteModel((other) => other !== rule)).loss).not.toBeNull()
  })
})
