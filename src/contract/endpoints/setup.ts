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

export const getDocument = {
  name: 'getDocument',
  method: 'GET',
  path: '/openapi.json',
  answer: /* @__PURE__ */ z.record(/* @__PURE__ */ z.string(), /* @__PURE__ */ z.unknown()),
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
      getDocument: {
        endpoint: getDocument,
        // It says nothing about this server or what it holds, and tools fetch it without credentials.
        by: 'anyone',
        summary: 'Get this description of the API, as OpenAPI 3.1',
        example: {},
      },
    }) as const satisfies Calls,
)
