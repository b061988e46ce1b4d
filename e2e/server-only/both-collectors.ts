import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { configureDistribution, run } from '../clients.ts'

const projectFolder = fileURLToPath(new URL('../..', import.meta.url))

/** The digests that Distribution's own collector would take. */
export async function eligible(
  storage: string,
  folder: string,
  ...words: string[]
): Promise<string[]> {
  const configuration = await configureDistribution(storage, folder)
  const output = await run(
    'docker-registry',
    'garbage-collect',
    '--dry-run',
    ...words,
    configuration,
  )
  const lines = output.matchAll(/^blob eligible for deletion: (sha256:[0-9a-f]{64})$/gm)
  return [...lines].map(([, digest = '']) => digest).toSorted()
}

interface DryRun {
  readonly removed: readonly string[]
  readonly byCause: Readonly<Record<string, unknown>>
}

/** What Jetsam's command line says that it would do. */
async function dryRun(storage: string, words: readonly string[]): Promise<DryRun> {
  // Compiled, as `npm run jetsam` has it; the server of the other tests is not.
  const program = join(projectFolder, 'src/server/launch.mjs')
  const command = ['collect', '--storage', storage, '--dry-run', '--json', ...words]
  return JSON.parse(await run(process.execPath, program, ...command)) as DryRun
}

/** The digests that Jetsam would take. */
export async function planned(storage: string, ...words: string[]): Promise<string[]> {
  return (await dryRun(storage, words)).removed.toSorted()
}

/** Why Jetsam would take something. */
export async function plannedCauses(storage: string, ...words: string[]): Promise<string[]> {
  return Object.keys((await dryRun(storage, words)).byCause).toSorted()
}
