import type { Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { largeConfiguration, readConfigurations } from './image-configuration.ts'

/** Their texts are in memory together. */
export const configsAtOnce = 64

export interface RememberedConfigurationsOptions<Told> {
  readonly objects: Pick<ObjectReader, 'getMany' | 'headMany'>
  readonly pause: Pause
  /** What a configuration tells; its text is not kept. */
  readonly parse: (json: string) => Told
  readonly weightOf: (told: Told) => number
  /** The most that is remembered, by weight; what came first is forgotten first. */
  readonly maximumWeight: number
}

/** Says what each configuration that is stored tells. Reads each once, and remembers that. */
export type ReadRemembered<Told> = (
  repository: RepositoryName,
  configs: readonly Digest[],
) => Promise<ReadonlyMap<Digest, Told>>

export function createRememberedConfigurations<Told>({
  objects,
  pause,
  parse,
  weightOf,
  maximumWeight,
}: RememberedConfigurationsOptions<Told>): ReadRemembered<Told> {
  const remembered = new Map<Digest, Told>()
  let weight = 0

  function remember(config: Digest, told: Told): void {
    if (remembered.has(config)) return
    remembered.set(config, told)
    weight += weightOf(told)
    for (const [oldest, forgotten] of remembered) {
      if (weight <= maximumWeight) return
      remembered.delete(oldest)
      weight -= weightOf(forgotten)
    }
  }

  return async (repository, configs) => {
    const known = new Map<Digest, Told>()
    const unread: Digest[] = []
    for (const config of configs) {
      const told = remembered.get(config)
      if (told === undefined) unread.push(config)
      else known.set(config, told)
    }
    for (const slice of inSlices(unread, configsAtOnce)) {
      // One that is not there is not remembered: it may be pushed later.
      for (const [config, text] of await readConfigurations(objects, repository, slice)) {
        const told = parse(text)
        known.set(config, told)
        remember(config, told)
        if (text.length > largeConfiguration) await pause()
      }
    }
    return known
  }
}
