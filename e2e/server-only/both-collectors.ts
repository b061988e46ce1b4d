import { configureDistribution, jetsam, runDistribution } from '../clients.ts'

/** The digests that Distribution's own collector would remove. */
export async function eligible(
  storage: string,
  folder: string,
  ...words: string[]
): Promise<string[]> {
  const configuration = await configureDistribution(storage, folder)
  const output = await runDistribution('garbage-collect', '--dry-run', ...words, configuration)
  const lines = output.matchAll(/^blob eligible for deletion: (sha256:[0-9a-f]{64})$/gm)
  return [...lines].map(([, digest = '']) => digest).toSorted()
}

interface DryRun {
  readonly removed: readonly string[]
  readonly byCause: Readonly<Record<string, unknown>>
}

/** The plan of Jetsam's command line. */
async function dryRun(storage: string, words: readonly string[]): Promise<DryRun> {
  const output = await jetsam('collect', '--storage', storage, '--dry-run', '--json', ...words)
  return JSON.parse(output) as DryRun
}

/** The digests that Jetsam would remove. */
export async function planned(storage: string, ...words: string[]): Promise<string[]> {
  return (await dryRun(storage, words)).removed.toSorted()
}

/** Why Jetsam would remove something. */
export async function plannedCauses(storage: string, ...words: string[]): Promise<string[]> {
  return Object.keys((await dryRun(storage, words)).byCause).toSorted()
}
