import * as z from 'zod/mini'

/** What the dashboard needs to know of the server it talks to. */
export const setup = z.object({
  version: z.string(),
  /** Where clients push to, as they must write it: `registry.example:4400`. */
  registryHost: z.string(),
  /** The store holds no repository, so sample images may be loaded. */
  isEmpty: z.boolean(),
  /** `server`, or `mock` where everything happens in this browser. */
  host: z.enum(['server', 'mock']),
})
export type Setup = z.infer<typeof setup>

export const samplesLoaded = z.object({ repositories: z.array(z.string()) })
export type SamplesLoaded = z.infer<typeof samplesLoaded>
