import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'

/*
 * The least work that a collection must do: a lower bound for its time. Not a collection: it knows
 * no tags, no trash, no uploads, checks nothing, and believes everything that it reads. Plain
 * JavaScript, so that nothing else is loaded.
 *
 *   plan STORE             lists the folders and reads each linked manifest once
 *   safe STORE             also reads everything else that a plan needs in order to lose nothing:
 *                          layer links, tags and their history, whether each manifest has the bytes
 *                          of its digest, the sizes of everything that would be removed
 *   safe-at-once STORE     the same by two threads, each with its share of repositories and manifests
 *   parts STORE            the same, and prints the processor time of each part of it
 *   list STORE             only lists the folders: of blobs, repositories, manifests, layers, tags
 *   unlink STORE LIST      removes the blobs that a file lists, one digest per line
 *   unlink-all STORE LIST  also removes the repositories' links to them, all links before the first
 *                          blob
 *   unlink-checked STORE LIST  the same, with two looks before each: whether its folder is a symbolic
 *                          link, and when it was written
 *   unlink-at-once STORE LIST  the same by four threads: if a file system waits for the disk at each
 *                          removal (ext4 mounted with `discard`), one thread mostly waits
 */

const [what = '', store = '', list = ''] = process.argv.slice(2)
const root = `${store}/docker/registry/v2`
const startedAt = performance.now()

/** @param {string} folder @param {Set<string>} found */
function linkedManifests(folder, found) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === '_manifests') {
      const revisions = `${folder}/_manifests/revisions/sha256`
      for (const hex of readdirSync(revisions)) {
        if (readdirSync(`${revisions}/${hex}`).length > 0) found.add(hex)
      }
    } else if (!entry.name.startsWith('_')) linkedManifests(`${folder}/${entry.name}`, found)
  }
}

const referencesOf = ({ config, layers = [], manifests = [] }) =>
  [...(config ? [config] : []), ...layers, ...manifests].map(({ digest }) => digest.slice(7))

const fileOf = (hex) => `${root}/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`

function storedBlobs() {
  const blobs = new Set()
  for (const prefix of readdirSync(`${root}/blobs/sha256`)) {
    for (const hex of readdirSync(`${root}/blobs/sha256/${prefix}`)) blobs.add(hex)
  }
  return blobs
}

/** What manifests need, including themselves. @param {Iterable<string>} manifests @param {boolean} isSafe */
function neededBy(manifests, isSafe) {
  const buffer = Buffer.alloc(4 * 1024 * 1024)
  const needed = new Set(manifests)
  for (const hex of manifests) {
    const file = openSync(fileOf(hex), 'r')
    const length = readSync(file, buffer, 0, buffer.length, 0)
    closeSync(file)
    if (isSafe) createHash('sha256').update(buffer.subarray(0, length)).digest('hex')
    const manifest = JSON.parse(buffer.toString('utf8', 0, length))
    for (const target of referencesOf(manifest)) needed.add(target)
  }
  return needed
}

/** Measures each part: milliseconds of processor time outside (`user`) and in the kernel. */
function parts() {
  const times = {}
  let before
  const note = (name) => {
    const { user, system } = process.cpuUsage(before)
    times[name] = { user: Math.round(user / 1000), system: Math.round(system / 1000) }
    before = process.cpuUsage()
  }
  note('start of Node.js')
  const blobs = storedBlobs()
  note('list blobs')
  listBelow(`${root}/repositories`)
  note('list repositories, read tags')
  const manifests = new Set()
  linkedManifests(`${root}/repositories`, manifests)
  note('find the links of manifests')
  const texts = Array.from(manifests, (hex) => readFileSync(fileOf(hex)))
  note('read manifests')
  for (const text of texts) createHash('sha256').update(text).digest('hex')
  note('SHA-256 of manifests')
  const parsed = texts.map((text) => JSON.parse(text.toString()))
  note('parse manifests')
  const needed = new Set(manifests)
  for (const manifest of parsed) for (const hex of referencesOf(manifest)) needed.add(hex)
  const garbage = [...blobs].filter((hex) => !needed.has(hex))
  note('mark')
  lookAtAll(garbage)
  note('sizes of garbage')
  console.log(JSON.stringify(times))
  return garbage.length
}

const lookAtAll = (hexes) => {
  for (const hex of hexes) lstatSync(fileOf(hex))
}

/** Returns the number of garbage blobs. */
function plan(isSafe = false) {
  if (isSafe) listBelow(`${root}/repositories`)
  const blobs = storedBlobs()
  const manifests = new Set()
  linkedManifests(`${root}/repositories`, manifests)
  const needed = neededBy(manifests, isSafe)
  const garbage = [...blobs].filter((hex) => !needed.has(hex))
  if (isSafe) lookAtAll(garbage)
  return garbage.length
}

/**
 * What even a cache cannot avoid: only a listing shows a new or missing name. A tag's own folder is
 * read for its digest.
 * @param {string} folder
 */
function listBelow(folder) {
  let seen = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    seen += 1
    const path = `${folder}/${entry.name}`
    if (entry.name === 'tags') seen += readTags(path)
    else if (entry.isDirectory() && entry.name.length < 64) seen += listBelow(path)
  }
  return seen
}

/** @param {string} folder */
function readTags(folder) {
  const tags = readdirSync(folder)
  for (const tag of tags) {
    readFileSync(`${folder}/${tag}/current/link`)
    readdirSync(`${folder}/${tag}/index/sha256`)
  }
  return tags.length
}

/** @param {string} folder @param {string} file */
function removeWith(folder, file) {
  unlinkSync(`${folder}/${file}`)
  rmdirSync(folder)
}

const listed = () =>
  readFileSync(list, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((digest) => digest.slice(7))

/** @param {[folder: string, file: string][]} all */
const removeAll = (all) => {
  for (const [folder, file] of all) removeWith(folder, file)
}

/** @returns {[folder: string, file: string][]} */
const blobsOf = (hexes) =>
  hexes.map((hex) => [`${root}/blobs/sha256/${hex.slice(0, 2)}/${hex}`, 'data'])

/**
 * The repositories' links to removed blobs, which docker-registry leaves behind.
 * @param {Set<string>} gone @param {string} folder @returns {[folder: string, file: string][]}
 */
function linksTo(gone, folder = `${root}/repositories`) {
  return readdirSync(folder, { withFileTypes: true }).flatMap(({ name }) => {
    const path = `${folder}/${name}`
    if (name.startsWith('_') && name !== '_layers') return []
    if (name !== '_layers') return linksTo(gone, path)
    const linked = readdirSync(`${path}/sha256`).filter((hex) => gone.has(hex))
    return linked.map((hex) => [`${path}/sha256/${hex}`, 'link'])
  })
}

/** Each returns the number of folders that it removed. */
function unlink(hexes = listed()) {
  removeAll(blobsOf(hexes))
  return hexes.length
}

function unlinkAll() {
  const hexes = listed()
  const links = linksTo(new Set(hexes))
  removeAll(links)
  return links.length + unlink(hexes)
}

function unlinkChecked() {
  const hexes = listed()
  const all = [...linksTo(new Set(hexes)), ...blobsOf(hexes)]
  for (const [folder, file] of all) {
    if (!lstatSync(folder).isDirectory()) throw new Error(folder)
    if (lstatSync(`${folder}/${file}`).mtimeMs > Date.now()) throw new Error(file)
    removeWith(folder, file)
  }
  return all.length
}

/** What threads of this program can do, each with a share of the whole. */
const shares = {
  removeAll,
  /** @param {string[]} folders of repositories, or of several */
  manifestsBelow(folders) {
    const found = new Set()
    for (const folder of folders) {
      listBelow(folder)
      linkedManifests(folder, found)
    }
    return [...found]
  },
  neededBy: (manifests) => [...neededBy(manifests, true)],
  lookAtAll,
}

/** Starts threads; each part of the work ends when all have done their share of it. */
function startThreads(count) {
  const threads = Array.from(
    { length: count },
    () => new Worker(new URL(import.meta.url), { argv: [what, store, list] }),
  )
  return {
    /** @param {keyof typeof shares} part @param {unknown[]} all neighbours go to the same thread */
    async do(part, all) {
      const size = Math.ceil(all.length / count)
      const done = await Promise.all(
        threads.map((thread, position) => {
          const share = all.slice(position * size, (position + 1) * size)
          // A thread of our own process has no origin.
          // oxlint-disable-next-line unicorn/require-post-message-target-origin
          thread.postMessage({ part, share })
          return once(thread, 'message')
        }),
      )
      return done.flat()
    },
    close: () => Promise.all(threads.map((thread) => thread.terminate())),
  }
}

async function unlinkAtOnce() {
  const threads = startThreads(4)
  const hexes = listed()
  // Neighbours together: two threads in one folder wait for each other.
  const stages = [linksTo(new Set(hexes)), blobsOf(hexes.toSorted())]
  for (const stage of stages) await threads.do('removeAll', stage)
  await threads.close()
  return stages.flat().length
}

async function safeAtOnce() {
  const threads = startThreads(2)
  const repositories = readdirSync(`${root}/repositories`).map(
    (name) => `${root}/repositories/${name}`,
  )
  const listing = threads.do('manifestsBelow', repositories)
  const blobs = storedBlobs()
  const manifests = new Set((await listing).flat())
  const needed = new Set((await threads.do('neededBy', [...manifests])).flat())
  const garbage = [...blobs].filter((hex) => !needed.has(hex))
  await threads.do('lookAtAll', garbage)
  await threads.close()
  return garbage.length
}

const works = {
  plan,
  safe: () => plan(true),
  'safe-at-once': safeAtOnce,
  parts,
  list: () => listBelow(root),
  unlink: () => unlink(),
  'unlink-all': unlinkAll,
  'unlink-checked': unlinkChecked,
  'unlink-at-once': unlinkAtOnce,
}
if (isMainThread) {
  const count = await works[what]()
  console.log(JSON.stringify({ count, seconds: (performance.now() - startedAt) / 1000 }))
} else {
  parentPort?.on('message', ({ part, share }) => {
    const result = shares[part](share) ?? null
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    parentPort?.postMessage(result)
  })
}
