import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function folderAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const above = dirname(folder)
  if (above === folder) throw new Error('the folder of Jetsam has no package.json')
  return folderAbove(above)
}

/** Where `package.json` lies. Sources, and what is compiled of them, are not equally far below. */
export const projectFolder = folderAbove(dirname(fileURLToPath(import.meta.url)))
