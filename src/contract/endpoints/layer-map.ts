import * as z from 'zod/mini'
import { layerMap } from '../images/layer-map.ts'
import {
  instantMs,
  optional,
  paged,
  platformParameter,
  pullFilters,
  sortParameter,
  wholeNumber,
} from '../query-parameters.ts'
import { tagSorts } from '../images/tags.ts'
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
          pushedBefore: optional(
            instantMs,
            'Only images whose newest tag was pushed before this instant, and those without tags.',
          ),
          freesMoreThan: optional(
            wholeNumber(0, Number.MAX_SAFE_INTEGER),
            'Only images whose deletion frees more than so many bytes (`exclusiveSize`).',
          ),
          platform: optional(
            platformParameter(),
            'Only images for this platform, as `linux/arm64` or `linux/arm64/v8`: a list of platforms with it, or an image of it.',
          ),
          ...pullFilters(),
          sort: optional(
            sortParameter(tagSorts),
            'The newest first unless given; `-` for descending.',
          ),
        }),
        example: { path: { repository: 'team/app' }, query: { pageSize: '2' } },
      },
    }) as const satisfies Calls,
)
