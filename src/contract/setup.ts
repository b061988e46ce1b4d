import * as z from 'zod/mini'

/** What the dashboard needs to know about its server. */
export const setup = z.object({
  version: z.string(),
  /** The registry's address as clients must write it: `registry.example:4400`. */
  registryHost: z.string(),
  /** The store holds no repository, so sample images may be loaded. */
  isEmpty: z.boolean(),
  /** `server`, or `mock` if the registry runs in this browser. */
  host: z.enum(['server', 'mock']),
})
export type Setup = z.infer<typeof setup>

export const samplesLoaded = z.object({ repositories: z.array(z.string()) })
export type SamplesLoaded = z.infer<typeof samplesLoaded>
