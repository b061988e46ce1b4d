import type { CollectionEvent } from '#gc/ports/collection-event.ts'
import { image, softDelete, store, tag } from './model-images.ts'
import { createModelRegistry, type ModelOptions, type ModelRegistry } from './model-registry.ts'

/** A is in the trash of `team/app`, B is tagged. */
export function registryWithTrash(options: ModelOptions = {}): ModelRegistry {
  const registry = createModelRegistry(options)
  store(registry, { A: image(['a', 'x']), B: image(['b', 'y']) })
  tag(registry, 'team/app:1', 'A')
  tag(registry, 'team/app:2', 'B')
  softDelete(registry, 'team/app', ['A'])
  return registry
}

export const linesOf = (events: readonly CollectionEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'log' ? [`${event.level}: ${event.message}`] : []))
