import * as z from 'zod/mini'
import { layerMap } from '../layer-map.ts'
import { optional, paged, sortParameter } from '../query-parameters.ts'
import { tagSorts } from '../tags.ts'
import { table, type Calls } from './call.ts'

export const getLayerMap = {
  name: 'getLayerMap',
  method: 'GET',
  path: '/repositories/{repository+}/layer-map',
  answer: layerMap,
} as const

export const layerMapCalls = /* @__PURE__ */ table(
  () =>
    ({
      getLayerMap: {
        endpoint: getLayerMap,
        by: { inRepository: 'pull' },
        summary: 'List the images of a repository, and the layers that they share',
        query: paged({
          filter: optional(z.string(), 'A part of a tag, or of a digest.'),
          sort: optional(
            sortParameter(tagSorts),
            'The newest first unless given; `-` for descending.',
          ),
        }),
        example: { path: { repository: 'team/app' }, query: { pageSize: '2' } },
      },
    }) as const satisfies Calls,
)
