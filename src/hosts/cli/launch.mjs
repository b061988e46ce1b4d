#!/usr/bin/env node
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/*
 * Runs main.ts, compiled if possible: loading hundreds of TypeScript files takes a server half a
 * second and 80 MB of memory, and each of its threads an eighth of a second. The SHA-256 of the
 * sources names the compiled program, so that an outdated one never runs.
 *
 * Plain JavaScript, because it decides how TypeScript is loaded.
 */

const { enableCompileCache } = module
const project = fileURLToPath(new URL('../../..', import.meta.url))
/** The compiler's exit status without write permission: that is no error, and is not reported. */
const cannotBeWritten = 3
const tooManyFiles =
  'Jetsam may not open enough files: raise the limit to 1024 or more (ulimit -n 1024; LimitNOFILE=1024 of a systemd unit; --ulimit nofile=1024 of a container).'
const compiled = join(project, 'dist-server')
const note = join(compiled, 'fingerprint')
const compiler = fileURLToPath(new URL('compile.mjs', import.meta.url))

const notOfServer = ['web', 'testing'].map((name) => join(project, 'src', name))

/** @typedef {{ folders: string[], files: string[] }} Sources */

/** @param {string} within @param {Sources} found @returns {Sources} */
function sourcesIn(within, found) {
  found.folders.push(within)
  for (const entry of readdirSync(within, { withFileTypes: true })) {
    const path = join(within, entry.name)
    if (entry.isDirectory()) {
      if (!notOfServer.includes(path)) sourcesIn(path, found)
    } else if (/(?<!\.test)\.ts$/.test(entry.name)) found.files.push(path)
  }
  return found
}

/** @param {readonly string[]} files */
function fingerprintOf(files) {
  const hash = createHash('sha256')
  for (const file of files) {
    const text = readFileSync(file)
    hash.update(`${file}\n${text.length}\n`).update(text)
  }
  return hash.digest('hex').slice(0, 32)
}

/** One line, which no change leaves alike: the system sets the time of the last one. */
function stateOf(path) {
  const { ino, size, ctimeMs } = statSync(path)
  return { ctimeMs, line: `${ino} ${size} ${ctimeMs}\t${path}` }
}

/** What changed so short a time ago may change once more at the same time. */
const surelyOldMs = 2000

/** Throws where nothing is noted that still holds. */
function notedFingerprint() {
  const lines = readFileSync(note, 'utf8').split('\n')
  const found = lines.pop() ?? ''
  // The last line is whole only if those before it are: a full disk may have cut the note short.
  if (!/^[0-9a-f]{32}$/.test(found)) throw new Error('not whole')
  for (const line of lines) {
    if (stateOf(line.slice(line.indexOf('\t') + 1)).line !== line) throw new Error('changed')
  }
  return found
}

/**
 * The SHA-256 of the sources. To find and to read them takes longer than the start of Node.js, so it
 * is noted together with the states of all folders and files that it was made from.
 */
function fingerprint() {
  try {
    return notedFingerprint()
  } catch {
    // It is made, and noted.
  }
  const { folders, files } = sourcesIn(join(project, 'src'), { folders: [], files: [] })
  const all = [...files.toSorted(), join(project, 'package-lock.json'), compiler]
  const states = [...folders, ...all].map(stateOf)
  const found = fingerprintOf(all)
  if (states.every(({ ctimeMs }) => ctimeMs < Date.now() - surelyOldMs)) {
    try {
      writeFileSync(note, [...states.map(({ line }) => line), found].join('\n'))
    } catch {
      // Without a folder of compiled programs, or the right to write there.
    }
  }
  return found
}

const folder = join(compiled, fingerprint())
const main = join(folder, 'main.js')

async function compile() {
  // Loading it takes longer than all else that a start needs once the program is compiled.
  const { spawnSync } = await import('node:child_process')
  const { stderr, error, status } = spawnSync(process.execPath, [compiler, folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  if (existsSync(main) || status === cannotBeWritten) return
  const reason = error?.message ?? stderr.trim()
  process.stderr.write(`Jetsam could not be compiled, and runs uncompiled:\n${reason}\n`)
}

async function run() {
  if (!existsSync(main)) await compile()
  if (existsSync(main)) {
    // Node.js 22.8 and later keep what V8 compiles, beside the program and as long as it.
    enableCompileCache?.(join(folder, 'v8'))
    return await import(pathToFileURL(main).href)
  }
  // A project folder without write permission runs uncompiled.
  const { register } = await import('tsx/esm/api')
  register()
  return await import('./main.ts')
}

/**
 * The kernel ends any process by a signal that it does not handle, but for number 1, the main one of
 * a container: there this does it, until a command handles the signal itself.
 */
function endBySignals() {
  if (process.pid !== 1) return
  for (const [signal, status] of Object.entries({ SIGINT: 130, SIGTERM: 143 })) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(status)
    })
  }
}

endBySignals()
try {
  await run()
} catch (error) {
  // None of the program's own code can report this, because no file could be opened.
  if (error?.code !== 'EMFILE' && error?.code !== 'ENFILE') throw error
  process.stderr.write(`${tooManyFiles}\n`)
  process.exit(1)
}
