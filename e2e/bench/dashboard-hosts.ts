import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build, preview } from 'vite'
import { layOutHugeRepository } from '#hosts/mock/huge-registry.ts'
import { projectFolder, startServer, type ServerProcess } from '../server-process.ts'

/** The repository of the mock host under `?mock=huge`. */
export const hugeRepository = 'team/monorepo'

/** Writes the repository that `?mock=huge` has in memory as a store on the disk. */
export function writeHugeStore(storage: string, tagCount: number): void {
  const files = layOutHugeRepository({
    repository: hugeRepository,
    tagCount,
    imageCount: tagCount / 50,
    newestAtMs: Date.now(),
  })
  for (const [path, { bytes, modifiedAtMs }] of files) {
    const file = join(storage, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
    utimesSync(file, modifiedAtMs / 1000, modifiedAtMs / 1000)
  }
}

export const serveStore = (storage: string, dataFolder: string): Promise<ServerProcess> =>
  startServer(dataFolder, { JETSAM_STORAGE: storage, JETSAM_SAMPLES: '0' })

/** The static site whose registry is in the page. */
export async function serveMockSite(
  folder: string,
): Promise<{ readonly origin: string; stop(): Promise<void> }> {
  const outDir = join(folder, 'mock-site')
  const quiet = { root: projectFolder, mode: 'mock', logLevel: 'error' } as const
  await build({ ...quiet, build: { outDir, emptyOutDir: true } })
  const site = await preview({
    ...quiet,
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0 },
  })
  const [origin = ''] = site.resolvedUrls?.local ?? []
  return { origin: origin.replace(/\/$/, ''), stop: () => site.close() }
}
