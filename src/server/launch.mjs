import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/*
 * Runs main.ts: compiled, where that can be done, for loading a hundred TypeScript files takes as
 * long as planning a collection of thirty thousand blobs. What was compiled is kept by the SHA-256
 * of its sources, so that an older program than the sources say is never run.
 *
 * Plain JavaScript, because it decides how TypeScript is loaded.
 */

const project = fileURLToPath(new URL('../..', import.meta.url))
const compiled = join(project, 'dist-server')
const entries = ['main.ts', 'reading/thread.ts']

/** @param {string} folder @returns {string[]} */
function sourcesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return path === join(project, 'src', 'web') ? [] : sourcesIn(path)
    return /(?<!\.test|\.contract)\.ts$/.test(entry.name) ? [path] : []
  })
}

function fingerprint() {
  const hash = createHash('sha256')
  const files = [...sourcesIn(join(project, 'src')).toSorted(), join(project, 'package-lock.json')]
  for (const file of [...files, fileURLToPath(import.meta.url)]) {
    const text = readFileSync(file)
    hash.update(`${file}\n${text.length}\n`).update(text)
  }
  return hash.digest('hex').slice(0, 32)
}

/** @param {string} folder */
async function compile(folder) {
  const { build } = await import('vite')
  await mkdir(compiled, { recursive: true })
  const made = await mkdtemp(join(compiled, 'making-'))
  await build({
    root: project,
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    build: {
      ssr: true,
      outDir: made,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: entries.map((entry) => join(project, 'src/server', entry)),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
  // Whole or not at all: somebody may be starting at the same time.
  await rename(made, folder).catch(() => rm(made, { recursive: true }))
  for (const name of await readdir(compiled)) {
    const path = join(compiled, name)
    // What is being made belongs to whoever makes it.
    if (path === folder || name.startsWith('making-')) continue
    await rm(path, { recursive: true, force: true })
  }
}

/** @returns {Promise<string | null>} */
async function compiledMain() {
  try {
    const folder = join(compiled, fingerprint())
    if (!existsSync(join(folder, 'main.js'))) await compile(folder)
    return join(folder, 'main.js')
  } catch {
    // A project that cannot be written to runs as it is.
    return null
  }
}

const main = await compiledMain()
if (main !== null) await import(main)
else {
  const { register } = await import('tsx/esm/api')
  register()
  await import('./main.ts')
}
