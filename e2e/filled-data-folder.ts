import { rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { seedAccounts } from './seed-accounts.ts'
import { makeFolder, startServer } from './server-process.ts'
import { isOnPostgres } from './throwaway-database.ts'

export type Content = 'samples' | 'nothing'

const withSamples = { JETSAM_SAMPLES: '1' }

let filling: Promise<string> | null = null

/** Of a server that has the sample images, and was stopped. */
async function makeOriginal(): Promise<string> {
  const { path } = await makeFolder()
  process.once('exit', () => rmSync(path, { recursive: true, force: true }))
  const server = await startServer(path, withSamples)
  await server.stop()
  return path
}

/**
 * Fills the data folder of a server that will start. Resolves to the environment to start it with.
 * To make and push the sample images takes a server three seconds: they are copied from an original
 * of this worker of the tests, where the state is a file.
 */
export async function fillDataFolder(
  dataFolder: string,
  content: Content,
): Promise<Readonly<Record<string, string>>> {
  const isCopied = content === 'samples' && !isOnPostgres()
  if (isCopied) {
    filling ??= makeOriginal()
    // The times of files are those of pushes.
    await cp(await filling, dataFolder, { recursive: true, preserveTimestamps: true })
  }
  await seedAccounts(dataFolder)
  return content === 'samples' && !isCopied ? withSamples : {}
}
