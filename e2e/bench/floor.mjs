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
 * The least that a collector can do, to know how near to it one is. Not a collector: it knows no
 * tags, no trash, no uploads, checks nothing, and believes all that it reads. Plain JavaScript, so that
 * nothing is loaded but it.
 *
 *   plan STORE             lists the folders and reads each linked manifest once
 *   safe STORE             and looks at all else that a plan must know which is to lose nothing: layer
 *                          links, tags and what they once named, whether each manifest has the bytes
 *                          of its digest, how large all is that goes
 *   list STORE             lists the folders alone: of blobs, repositories, manifests, layers, tags
 *   unlink STORE LIST      removes the blobs that a file lists, a digest a line
 *   unlink-all STORE LIST  and the repositories' links to them, all links before the first blob
 *   unlink-at-once STORE LIST  the same by several threads: where a file system waits for the disk
 *                          with each removal (ext4 without a journal, mounted with `discard`), one
 *                          thread waits most of its time
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

const fileOf = (hex) => `${root}/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`

/** Returns how many blobs are garbage. */
function plan(isSafe = false) {
  if (isSafe) listBelow(`${root}/repositories`)
  const blobs = new Set()
  for (const prefix of readdirSync(`${root}/blobs/sha256`)) {
    for (const hex of readdirSync(`${root}/blobs/sha256/${prefix}`)) blobs.add(hex)
  }
  const manifests = new Set()
  linkedManifests(`${root}/repositories`, manifests)
  const buffer = Buffer.alloc(4 * 1024 * 1024)
  const live = new Set(manifests)
  for (const hex of manifests) {
    const file = openSync(fileOf(hex), 'r')
    const length = readSync(file, buffer, 0, buffer.length, 0)
    closeSync(file)
    if (isSafe) createHash('sha256').update(buffer.subarray(0, length)).digest('hex')
    const manifest = JSON.parse(buffer.toString('utf8', 0, length))
    if (manifest.config) live.add(manifest.config.digest.slice(7))
    for (const { digest } of manifest.layers ?? []) live.add(digest.slice(7))
    for (const { digest } of manifest.manifests ?? []) live.add(digest.slice(7))
  }
  let garbage = 0
  for (const hex of blobs) {
    if (live.has(hex)) continue
    garbage += 1
    if (isSafe) lstatSync(fileOf(hex))
  }
  return garbage
}

/**
 * What no memory can spare: a name that is new, or gone, is seen by listing alone. A tag's own folder
 * is read for what it points to.
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
 * The repositories' links to what is gone, which docker-registry leaves behind.
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

/** Each returns how many folders it removed. */
function unlink() {
  const blobs = blobsOf(listed())
  removeAll(blobs)
  return blobs.length
}

function unlinkAll() {
  const links = linksTo(new Set(listed()))
  removeAll(links)
  return links.length + unlink()
}

const threadCount = 4

async function unlinkAtOnce() {
  const threads = Array.from({ length: threadCount }, () => new Worker(new URL(import.meta.url)))
  const hexes = listed()
  const stages = [linksTo(new Set(hexes)), blobsOf(hexes.toSorted())]
  for (const stage of stages) {
    // Neighbours together: two threads in one folder wait for each other.
    const share = Math.ceil(stage.length / threadCount)
    await Promise.all(
      threads.map((thread, position) => {
        // A thread of our own process has no origin.
        // oxlint-disable-next-line unicorn/require-post-message-target-origin
        thread.postMessage(stage.slice(position * share, (position + 1) * share))
        return once(thread, 'message')
      }),
    )
  }
  await Promise.all(threads.map((thread) => thread.terminate()))
  return stages.flat().length
}

const works = {
  plan,
  safe: () => plan(true),
  list: () => listBelow(root),
  unlink,
  'unlink-all': unlinkAll,
  'unlink-at-once': unlinkAtOnce,
}
if (isMainThread) {
  const count = await works[what]()
  console.log(JSON.stringify({ count, seconds: (performance.now() - startedAt) / 1000 }))
} else {
  parentPort?.on('message', (all) => {
    removeAll(all)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    parentPort?.postMessage('removed')
  })
}
