import type { CollectionPolicy } from '#domain/collection-policy.ts'
import type { Parsed } from '#domain/parsed.ts'
import type { Actor } from './actor.ts'

/** What administrators decide about collections. */
export interface Policy {
  /** The default until one was saved. */
  get(): Promise<CollectionPolicy>
  /** Refusals have code `INVALID_PARAMETERS` and name the field. */
  set(input: unknown, actor: Actor): Promise<Parsed<CollectionPolicy>>
}
