import { pushImage, type PushTarget } from './push-image.ts'
import { buildSampleRegistry } from './sample-registry.ts'

/** Pushes the sample images as a client would. Resolves to the names of their repositories. */
export async function loadSamples(target: PushTarget): Promise<readonly string[]> {
  const samples = await buildSampleRegistry()
  for (const { repository, image, tags } of samples) {
    await pushImage(target, repository, image, tags)
  }
  return [...new Set(samples.map((sample) => sample.repository))].toSorted()
}
