import type { Rule } from './rules.ts'
import { keys, type ActKind, type Scenario } from './world.ts'

const headBlob: ActKind = { kind: 'head blob' }
const uploadBlob: ActKind = { kind: 'upload blob' }
const headM: ActKind = { kind: 'head manifest', manifest: 'M' }
const putM: ActKind = { kind: 'put manifest', manifest: 'M' }
const putN: ActKind = { kind: 'put manifest', manifest: 'N' }

const at = (server: number, act: ActKind) => ({ ...act, server })

/** A blob that nothing needs is collected by server 1, while a client comes to server 0. */
const one = { stored: keys.blob, servers: 2, runs: [1] }
/** The first leader is followed by a second, while the first may go on. */
const two = { ...one, runs: [1, 0] }
/** An untagged manifest is there as well. */
const withM = keys.blob | keys.link.M

/** What the tests always explore: some 460,000 worlds. */
export const scenarios = {
  'a client is told that a blob is stored': { ...one, acts: [at(0, headBlob)] },
  'a client uploads the blob again': { ...one, acts: [at(0, uploadBlob)] },
  'a client is told that the manifest is stored': { ...one, stored: withM, acts: [at(0, headM)] },
  'a client pushes a manifest that needs the blob': { ...one, acts: [at(0, putM)] },
  'a client is told of a blob under two leaders': { ...two, acts: [at(0, headBlob)] },
} as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof scenarios

/** What continuous integration explores as well. */
export const largeScenarios: Record<string, Scenario> = {
  'a client uploads the blob again under two leaders': { ...two, acts: [at(0, uploadBlob)] },
  'three servers, and a client that is told of a blob': {
    ...one,
    servers: 3,
    acts: [at(0, headBlob)],
  },
  'three servers, and a client that pushes a manifest': {
    ...one,
    servers: 3,
    acts: [at(0, putM)],
  },
  'an upload through one server, and a push of the manifest through another, without crashes': {
    ...one,
    acts: [at(0, uploadBlob), at(1, putM)],
    crashes: false,
  },
  'two manifests share the blob, without crashes': {
    ...one,
    stored: withM,
    acts: [at(0, headM), at(1, putN)],
    crashes: false,
  },
  'a push under two leaders, without crashes': { ...two, acts: [at(0, putM)], crashes: false },
}

/** In which scenario each rule is missed. */
export const scenarioOf: Record<Rule, ScenarioName> = {
  'intent before check': 'a client pushes a manifest that needs the blob',
  'intent is root': 'a client is told that the manifest is stored',
  'intent is refused': 'a client is told that the manifest is stored',
  'intent pardons': 'a client is told that the manifest is stored',
  'intent is kept': 'a client pushes a manifest that needs the blob',
  'intent outlives run': 'a client pushes a manifest that needs the blob',
  'row before answer': 'a client is told that the manifest is stored',
  'answer checks reach': 'a client is told that the manifest is stored',
  remember: 'a client is told that a blob is stored',
  barrier: 'a client is told that a blob is stored',
  'held at once': 'a client is told that a blob is stored',
  'own clock': 'a client is told that a blob is stored',
  'stale acts end': 'a client is told that a blob is stored',
  pardon: 'a client is told that a blob is stored',
  'still condemned': 'a client is told that a blob is stored',
  'newest leader': 'a client is told of a blob under two leaders',
  'sentenced is absent': 'a client is told that a blob is stored',
  'writers wait': 'a client uploads the blob again',
  'sent once': 'a client uploads the blob again',
  'signed before': 'a client is told that a blob is stored',
  unsettled: 'a client is told that a blob is stored',
  'bounded store': 'a client is told that a blob is stored',
}
