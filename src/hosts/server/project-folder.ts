import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function folderAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const above = dirname(folder)
  if (above === folder) throw new Error('the folder of Jetsam has no package.json')
  return folderAbove(above)
}

/** The folder of `package.json`. Sources and compiled files are not equally far below it. */
export const projectFolder = folderAbove(dirname(fileURLToPath(import.meta.url)))
