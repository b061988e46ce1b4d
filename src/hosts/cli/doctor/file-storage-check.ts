import { randomUUID } from 'node:crypto'
import {
  access,
  constants,
  lstat,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { fencedServers } from '#adapters/filesystem/lease/server-fence.ts'
import { createFileLock } from '#adapters/filesystem/lease/storage-lock.ts'
import { lockFile, serversFolder } from '#hosts/server/paths.ts'
import { expectFolders } from '#hosts/server/startup-checks.ts'
import {
  compareClocks,
  reasonOf,
  right,
  warning,
  wrong,
  type Check,
  type Finding,
} from './check.ts'

const accessAdvice =
  'check who owns it, its permissions, and how it is mounted, for the account that runs the server'

/** Of the layout: a server reads and writes directly in each of them. */
const folders = [
  '.',
  'docker/registry/v2',
  'docker/registry/v2/blobs',
  'docker/registry/v2/repositories',
  'jetsam/v1',
  'jetsam/v1/trash',
]

async function lookAtFolder(path: string, isRoot: boolean): Promise<Finding | null> {
  const info = await lstat(path).catch(() => null)
  if (info === null) return null
  if (info.isSymbolicLink() && !isRoot) {
    const advice = 'put a folder in its place, or mount one there: no link is followed'
    return wrong(`${path} is a symbolic link, and what is behind it is not seen`, advice)
  }
  const { R_OK, W_OK, X_OK } = constants
  try {
    await access(path, R_OK | W_OK | X_OK)
    await readdir(path)
    return null
  } catch (error) {
    return wrong(`${path} cannot be read and written (${reasonOf(error)})`, accessAdvice)
  }
}

/** A folder and those above it, unless something has come into them. */
async function removeEmpty(folder: string, upTo: string): Promise<void> {
  await rmdir(folder).catch(() => {})
  if (folder !== upTo) await removeEmpty(dirname(folder), upTo)
}

/** Does with a file what the adapter does with every object: write, sync, rename, sync, read. */
async function tryFile(root: string): Promise<readonly Finding[]> {
  const folder = join(root, 'jetsam/v1/tmp')
  const path = join(folder, `doctor-${randomUUID()}`)
  const renamed = `${path}-renamed`
  let step = 'written'
  let made: string | undefined
  try {
    made = await mkdir(folder, { recursive: true })
    const beforeMs = Date.now()
    const file = await open(path, 'wx')
    try {
      await file.writeFile(path)
      step = 'synced to the disk'
      await file.sync()
    } finally {
      await file.close()
    }
    const times = [beforeMs, Date.now()] as const
    const { mtimeMs } = await stat(path)
    step = 'renamed'
    await rename(path, renamed)
    step = 'synced after a rename'
    const parent = await open(dirname(renamed), 'r')
    try {
      await parent.sync()
    } finally {
      await parent.close()
    }
    step = 'read back'
    if ((await readFile(renamed, 'utf8')) !== path) throw new Error('other bytes')
    return [
      right('a file can be written, synced, renamed and read back'),
      // A file system may store whole seconds, which lag behind.
      compareClocks('the storage', mtimeMs, [times[0] - 2000, times[1]]),
    ]
  } catch (error) {
    return [wrong(`a file in ${folder} cannot be ${step} (${reasonOf(error)})`, accessAdvice)]
  } finally {
    for (const left of [path, renamed]) await rm(left, { force: true }).catch(() => {})
    // Of a storage that no server has used yet.
    if (made !== undefined) await removeEmpty(folder, made)
  }
}

/** Enough for the reserves of images and state. */
const leastFreeBytes = 8 * 1024 * 1024
const littleFreePart = 0.05

async function lookAtSpace(root: string): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfs(root)
  const free = `${formatByteSize(bavail * bsize)} of ${formatByteSize(blocks * bsize)} are free`
  const advice = 'delete images and collect, remove other files, or add space'
  if (bavail * bsize < leastFreeBytes) return wrong(free, advice)
  return bavail < blocks * littleFreePart ? warning(free, advice) : right(free)
}

async function lookAtLock(root: string): Promise<Finding> {
  const path = lockFile(root)
  // Without it no server has ever written here.
  if ((await stat(dirname(path)).catch(() => null)) === null) return right('no server has used it')
  const said: string[] = []
  const onWait = (reason: string): void => void said.push(reason)
  const attempt = await createFileLock({ path, what: 'jetsam doctor', onWait }).acquire()
  if (!attempt.ok) return right(`in use by ${attempt.holder}`)
  await attempt.term.release()
  const several = await fencedServers(serversFolder(root))
  if (several.length > 0) {
    return right(`in use by several servers: ${several.map(({ what }) => what).join(', ')}`)
  }
  return said.length === 0
    ? right('no server uses it')
    : warning(`no server uses it now: ${said.join('; ')}`, 'nothing, unless that one should run')
}

/** Images in a folder. */
export const fileStorageCheck: Check = {
  about: 'storage',
  applies: ({ bucket }) => bucket === null,
  async look({ storageFolder }) {
    if ((await stat(storageFolder).catch(() => null)) === null) {
      const found = `there is no folder ${storageFolder}`
      const advice = 'nothing, before the first start, which makes it; otherwise see JETSAM_STORAGE'
      return [warning(found, advice)]
    }
    const obstacle = await expectFolders(storageFolder).catch((error: unknown) => error)
    if (obstacle !== undefined) return [wrong(reasonOf(obstacle), 'as it says')]
    const refused: Finding[] = []
    for (const folder of folders) {
      const found = await lookAtFolder(join(storageFolder, folder), folder === '.')
      if (found !== null) refused.push(found)
    }
    if (refused.length > 0) return refused
    return [
      right(`${storageFolder} and the folders in it can be read and written`),
      await lookAtLock(storageFolder),
      ...(await tryFile(storageFolder)),
      await lookAtSpace(storageFolder),
    ]
  },
}
