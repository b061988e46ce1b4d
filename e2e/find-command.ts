import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The path of a command, found as a shell would; null if it is not installed. */
export function findCommand(name: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not in this folder.
    }
  }
  return null
}
