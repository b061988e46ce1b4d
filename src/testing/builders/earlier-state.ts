import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { onTestFinished } from 'vitest'

/** Looks at a state's file, or changes it, without the adapter. */
export function inStateFile<T>(path: string, act: (file: InstanceType<typeof Libsql>) => T): T {
  const file = new Libsql(path)
  try {
    return act(file)
  } finally {
    file.close()
  }
}

/**
 * Writes a state as an earlier version left it, into a file that goes with the present test.
 *
 * @param statements all that make its tables and their content
 * @returns the path of the file
 */
export async function writeEarlierState(statements: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'jetsam-earlier-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'state.db')
  inStateFile(path, (file) => file.exec(statements))
  return path
}
