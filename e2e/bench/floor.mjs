import { createHash } from 'node:crypto'
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
 *   unlink-all STORE LIST  and the repositories' links to them
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

/** Returns how many blobs it removed. */
function unlink() {
  const hexes = listed()
  for (const hex of hexes) removeWith(`${root}/blobs/sha256/${hex.slice(0, 2)}/${hex}`, 'data')
  return hexes.length
}

/**
 * The repositories' links to the listed blobs, which docker-registry leaves behind.
 * @param {string} folder @param {Set<string>} gone
 */
function unlinkLayers(folder, gone) {
  let removed = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`
    if (entry.name === '_layers') {
      for (const hex of readdirSync(`${path}/sha256`)) {
        if (!gone.has(hex)) continue
        removeWith(`${path}/sha256/${hex}`, 'link')
        removed += 1
      }
    } else if (!entry.name.startsWith('_')) removed += unlinkLayers(path, gone)
  }
  return removed
}

const works = {
  plan,
  safe: () => plan(true),
  list: () => listBelow(root),
  unlink,
  'unlink-all': () => unlinkLayers(`${root}/repositories`, new Set(listed())) + unlink(),
}
const count = works[what]()
console.log(JSON.stringify({ count, seconds: (performance.now() - startedAt) / 1000 }))
