import type { setupCalls } from '#contract/endpoints/setup.ts'
import type { Handlers } from '../mount-calls.ts'
import type { JsonSchema } from './components.ts'

/** The description of the API, made for the first who asks: few do, and its code is large. */
export function documentHandlers() {
  let document: Promise<JsonSchema> | null = null
  return {
    getDocument: async (context) => {
      document ??= import('./document.ts').then(({ createDocument }) => createDocument())
      return context.json(await document)
    },
  } satisfies Partial<Handlers<typeof setupCalls>>
}
