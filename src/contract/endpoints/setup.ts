import * as z from 'zod/mini'
import { samplesLoaded, setup } from '../setup.ts'
import { table, type Calls } from './call.ts'

export const getSetup = {
  name: 'getSetup',
  method: 'GET',
  path: '/setup',
  answer: setup,
} as const

export const loadSamples = {
  name: 'loadSamples',
  method: 'POST',
  path: '/setup/samples',
  answer: samplesLoaded,
} as const

export const setupCalls = /* @__PURE__ */ table(
  () =>
    ({
      getSetup: {
        endpoint: getSetup,
        by: 'signed in',
        summary:
          'Say what a client must know of this server: its version, and its address for images',
        example: {},
      },
      loadSamples: {
        endpoint: loadSamples,
        by: 'administrator',
        summary: 'Push sample images into an empty registry',
        body: z.object({}),
        isBodyOptional: true,
        refusals: ['REGISTRY_NOT_EMPTY', 'COLLECTION_RUNNING'],
        example: {},
      },
    }) as const satisfies Calls,
)
