import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/*
 * Runs main.ts: compiled, where that can be done, for loading hundreds of TypeScript files takes a
 * server half a second and 80 MB of memory, and each of its threads an eighth of a second. What was
 * compiled is kept by the SHA-256 of its sources, so that an older program than the sources say is
 * never run.
 *
 * Plain JavaScript, because it decides how TypeScript is loaded.
 */

const project = fileURLToPath(new URL('../..', import.meta.url))
const compiler = fileURLToPath(new URL('compile.mjs', import.meta.url))

/** @param {string} within @returns {string[]} */
function sourcesIn(within) {
  return readdirSync(within, { withFileTypes: true }).flatMap((entry) => {
    const path = join(within, entry.name)
    if (entry.isDirectory()) return path === join(project, 'src', 'web') ? [] : sourcesIn(path)
    return /(?<!\.test|\.contract)\.ts$/.test(entry.name) ? [path] : []
  })
}

function fingerprint() {
  const hash = createHash('sha256')
  const files = [...sourcesIn(join(project, 'src')).toSorted(), join(project, 'package-lock.json')]
  for (const file of [...files, compiler]) {
    const text = readFileSync(file)
    hash.update(`${file}\n${text.length}\n`).update(text)
  }
  return hash.digest('hex').slice(0, 32)
}

const folder = join(project, 'dist-server', fingerprint())
const main = join(folder, 'main.js')
if (!existsSync(main)) spawnSync(process.execPath, [compiler, folder], { stdio: 'ignore' })
if (existsSync(main)) await import(pathToFileURL(main).href)
else {
  // A project that cannot be written to runs as it is.
  const { register } = await import('tsx/esm/api')
  register()
  await import('./main.ts')
}
