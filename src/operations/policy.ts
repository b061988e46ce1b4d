import {
  collectionPolicyBounds,
  completePolicy,
  defaultCollectionPolicy,
  pushModes,
  type CollectionPolicy,
} from '#domain/collection-policy.ts'
import { accepted, refused, type Parsed } from '#domain/parsed.ts'
import type { State } from '#state/state.ts'
import type { Actor } from './actor.ts'
import { createEvents, type ActivityPorts } from './record-activity.ts'

/** What administrators decide about collections. */
export interface Policy {
  /** The default until one was saved. */
  get(): Promise<CollectionPolicy>
  /** Refusals have code `INVALID_PARAMETERS` and name the field. */
  set(input: unknown, actor: Actor): Promise<Parsed<CollectionPolicy>>
}

export interface PolicyPorts extends Omit<ActivityPorts, 'activity'> {
  readonly state: State
}

export function createPolicy(ports: PolicyPorts): Policy {
  const { settings } = ports.state
  const createEvent = createEvents(ports)
  const get = async (): Promise<CollectionPolicy> => completePolicy(await settings.policy())

  return {
    get,
    async set(input, actor) {
      const before = await get()
      const parsed = parsePolicy(input, before)
      if (!parsed.ok) return parsed
      const detail = differences(before, parsed.value)
      await ports.state.transaction(async (parts) => {
        await parts.settings.setPolicy(parsed.value)
        await parts.activity.record(createEvent('policy changed', actor, { detail }))
      })
      return parsed
    },
  }
}

const wrong = (field: string, message: string) =>
  refused({ code: 'INVALID_PARAMETERS', field, message: `${field}: ${message}` })

/**
 * Every field must be there: what is left out would be a decision that nobody made. What clients of
 * an earlier version do not know stays as it is, for the same reason.
 */
function parsePolicy(input: unknown, before: CollectionPolicy): Parsed<CollectionPolicy> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return refused({ code: 'INVALID_PARAMETERS', message: 'a policy is a JSON object' })
  }
  const fields: Partial<Record<keyof CollectionPolicy, unknown>> = input
  const unknown = Object.keys(input).find((field) => !(field in defaultCollectionPolicy))
  if (unknown !== undefined) return wrong(unknown, 'is no part of a policy')
  for (const [field, { minimum, maximum }] of Object.entries(collectionPolicyBounds)) {
    const value = fields[field as keyof typeof collectionPolicyBounds]
    if (field === 'timeLimitMinutes' && value === null) continue
    if (!Number.isSafeInteger(value) || Number(value) < minimum || Number(value) > maximum) {
      const orNull = field === 'timeLimitMinutes' ? ', or null' : ''
      return wrong(field, `must be a whole number from ${minimum} to ${maximum}${orNull}`)
    }
  }
  if (!pushModes.some((mode) => mode === fields.whileCollecting)) {
    return wrong('whileCollecting', `must be one of ${pushModes.join(', ')}`)
  }
  if (typeof fields.collectUntagged !== 'boolean') {
    return wrong('collectUntagged', 'must be true or false')
  }
  const { acceptSparseIndexes = before.acceptSparseIndexes } = fields
  if (typeof acceptSparseIndexes !== 'boolean') {
    return wrong('acceptSparseIndexes', 'must be true or false')
  }
  return accepted({ ...fields, acceptSparseIndexes } as CollectionPolicy)
}

/** `trashRetentionHours: 0 → 24; collectUntagged: false → true`, or null. */
function differences(before: CollectionPolicy, after: CollectionPolicy): string | null {
  const changed = (Object.keys(after) as (keyof CollectionPolicy)[]).flatMap((field) =>
    before[field] === after[field] ? [] : `${field}: ${before[field]} → ${after[field]}`,
  )
  return changed.length > 0 ? changed.join('; ') : null
}
