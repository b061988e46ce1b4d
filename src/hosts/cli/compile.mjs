import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/*
 * Compiles the server and its command line into the given folder: for launch.mjs, in its own
 * process, so that the compiler takes no memory of the program that runs afterwards.
 */

const project = fileURLToPath(new URL('../../..', import.meta.url))
/**
 * Each by itself: a thread starts in a fraction of the time if what it loads is one file with
 * nothing else in it.
 */
const entries = ['cli/main.ts', 'server/threads/thread.ts']
/**
 * These come into the program too: what it uses of them is a few files less than a hundred, each of
 * which would have to be found, read and compiled at every start.
 */
const includedLibraries = ['zod', 'fastest-levenshtein']
const beingMade = 'making-'
/** Named by the fingerprint of its sources, as launch.mjs names it: removes only such folders. */
const compiledBefore = /^[0-9a-f]{32}$/

const [folder = ''] = process.argv.slice(2)
const compiled = dirname(folder)

/** Exit status for a folder without write permission, which launch.mjs knows too. */
const cannotBeWritten = 3

/** @param {unknown} error */
function fail(error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (['EROFS', 'EACCES', 'EPERM'].includes(code)) process.exit(cannotBeWritten)
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

/** @param {string} made @param {string} entry */
async function compileInto(made, entry) {
  await build({
    root: project,
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    ssr: { noExternal: includedLibraries },
    build: {
      ssr: true,
      outDir: made,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: join(project, 'src/hosts', entry),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
}

try {
  await mkdir(compiled, { recursive: true })
  const made = await mkdtemp(join(compiled, beingMade))
  try {
    for (const entry of entries) await compileInto(made, entry)
    // A temporary folder is for its owner alone, but another account may run what this one has
    // compiled.
    await chmod(made, 0o777 & ~process.umask())
    // Renamed at once, so that the folder is complete or absent: another process may start at the
    // same time.
    await rename(made, folder).catch((error) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(made, { recursive: true, force: true })
  }
} catch (error) {
  fail(error)
}
for (const name of await readdir(compiled)) {
  if (!compiledBefore.test(name) || name === basename(folder)) continue
  await rm(join(compiled, name), { recursive: true, force: true })
}
