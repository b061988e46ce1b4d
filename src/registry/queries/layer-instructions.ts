import type { Pause } from '#domain/time/clock.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import type { Digest } from '#domain/values/digest.ts'
import { stringsOf, fieldsOr } from '#domain/values/json-fields.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { layersIn, reachableFrom } from '#graph/algorithms/reachability.ts'
import type { BlobNode } from '#graph/live/blob-table.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { configurationFields, layerHistoryIn } from './image-configuration.ts'
import { configsAtOnce, createRememberedConfigurations } from './remembered-configurations.ts'

/** For one question. A page of indexes may have very many platforms. */
const maximumConfigurations = 1000
/** Enough to tell layers apart: a person reads the whole one in the details of an image. */
const maximumCharacters = 300
/** Of all configurations together, so at most some 30 MB. */
const maximumRemembered = 50_000

/** The instructions that made the layers of images, from their configurations. */
export interface LayerInstructions {
  /**
   * By layer: the beginning of its instruction, from the first of the images that tells it. Reads
   * each configuration once.
   */
  of(
    repository: RepositoryName,
    graph: RepositoryGraph,
    images: readonly Digest[],
  ): Promise<ReadonlyMap<BlobNode, string>>
}

type History = readonly (string | null)[]

/** An image or a platform, with the layers that its configuration tells of. */
interface Told {
  readonly config: Digest
  readonly layers: readonly BlobNode[]
}

/** A copy: a slice would keep the whole text in memory, which may have a megabyte. */
const beginningOf = (text: string): string =>
  Array.from(text.slice(0, 2 * maximumCharacters))
    .slice(0, maximumCharacters)
    .join('')

/**
 * The instruction of each different layer. A layer that several instructions made alike, an empty
 * one for instance, has the first one: a manifest's graph has it once.
 */
function historyIn(json: string): History {
  const fields = configurationFields(json)
  if (fields === null) return []
  const made = layerHistoryIn(fields).map((text) => text && beginningOf(text))
  const layers = stringsOf(fieldsOr(fields.rootfs).diff_ids)
  if (layers.length !== made.length) return made
  const firstOf = new Map(layers.toReversed().map((id, back) => [id, layers.length - 1 - back]))
  return made.filter((_, position) => firstOf.get(layers[position] ?? '') === position)
}

/** One for each configuration, in the order of the images: at most as many as may be read. */
async function configurationsOf(
  graph: RepositoryGraph,
  images: readonly Digest[],
  pause: Pause,
): Promise<readonly Told[]> {
  const maybeYield = createMaybeYield(pause)
  const found: Told[] = []
  const configs = new Set<Digest>()
  for (const image of images) {
    await maybeYield()
    if (!graph.manifest(image)) continue
    for (const [manifest, role] of reachableFrom(graph.view, [graph.nodeOf(image)])) {
      const config = role === 'attached' ? null : graph.manifest(manifest.digest)?.config
      if (!config || configs.has(config)) continue
      configs.add(config)
      found.push({ config, layers: layersIn(graph.view, manifest) })
      if (found.length === maximumConfigurations) return found
    }
  }
  return found
}

export function createLayerInstructions(
  objects: Pick<ObjectReader, 'getMany' | 'headMany'>,
  pause: Pause,
): LayerInstructions {
  const histories = createRememberedConfigurations({
    objects,
    pause,
    parse: historyIn,
    weightOf,
    maximumWeight: maximumRemembered,
  })

  return {
    async of(repository, graph, images) {
      const instructions = new Map<BlobNode, string>()
      const all = await configurationsOf(graph, images, pause)
      for (const slice of inSlices(all, configsAtOnce)) {
        const wanted = slice.filter(({ layers }) =>
          layers.some((layer) => !instructions.has(layer)),
        )
        const told = await histories(
          repository,
          wanted.map(({ config }) => config),
        )
        for (const { config, layers } of wanted) {
          const history = told.get(config)
          // A history of another length tells of other layers.
          if (history?.length !== layers.length) continue
          for (const [position, layer] of layers.entries()) {
            const instruction = history[position]
            if (instruction && !instructions.has(layer)) instructions.set(layer, instruction)
          }
        }
      }
      return instructions
    },
  }
}

/** One without any layer also takes room. */
const weightOf = (history: History): number => history.length + 1
