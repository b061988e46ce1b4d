import { execFileSync } from 'node:child_process'
import { cp, lstat, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { repositoriesFolder } from '#registry/layout.ts'
import { openOnDisk } from '#testing/builders/registry-on-disk.ts'
import { collectIn, fillStore, levels, lostIn } from '#testing/data-loss/blind-spots.ts'
import { printedWithoutRights } from '#testing/faults/without-rights.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const freelyNamed = new Set(['a namespace', 'a repository', 'a tag'])

type Hide = (path: string, elsewhere: string) => Promise<void>

/** What may stand in place of the content, which is moved to `elsewhere`. */
const kinds: Readonly<Record<string, Hide>> = {
  'a symbolic link to it': (path, elsewhere) => symlink(elsewhere, path),
  'a symbolic link to nothing': (path, elsewhere) => symlink(`${elsewhere}-not`, path),
  'a symbolic link to itself': (path) => symlink(path, path),
  'a pipe': async (path) => void execFileSync('mkfifo', [path]),
  async 'a socket'(path, elsewhere) {
    // Its own path would be too long; it can be moved there.
    const short = `${elsewhere}.s`
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(short, resolve))
    await rename(short, path)
    await new Promise((resolve) => server.close(resolve))
  },
  async 'a file for a folder, or the reverse'(path, elsewhere) {
    await ((await lstat(elsewhere)).isDirectory() ? writeFile(path, 'a file') : mkdir(path))
  },
}

let scratch = ''
let entry = ''
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'jetsam-blind-'))
  entry = await fillStore(join(scratch, 'filled'))
})
afterAll(() => rm(scratch, { recursive: true }))

describe.each([
  ['with promises', false],
  ['with blocking calls', true],
])('a collection that reads %s loses nothing when', (_, isBlocking) => {
  describe.each(Object.entries(kinds))('%s stands for', (kind, hide) => {
    let root = ''
    beforeEach(async () => {
      if (root !== '') return
      root = join(scratch, `${kind}-${isBlocking}`)
      await cp(join(scratch, 'filled'), root, { recursive: true })
    })

    it.each(levels)('%s', async (name, level) => {
      // Names are free here, so a file in place of a folder is not ours, and hides nothing.
      if (kind.startsWith('a file') && freelyNamed.has(name)) return
      const elsewhere = join(scratch, 'e')
      const path = join(root, level.replace('{entry}', entry))
      const registry = await openOnDisk(root, isBlocking)
      await rename(path, elsewhere)
      await hide(path, elsewhere)
      await collectIn(registry)
      await rm(path, { recursive: true, force: true })
      await mkdir(dirname(path), { recursive: true })
      await rename(elsewhere, path)
      const lost = await lostIn(root, entry)
      if (lost.length > 0) root = ''
      expect(lost).toEqual([])
    })
  })
})

const inThatProcess = `
import { access, chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openOnDisk } from '#testing/builders/registry-on-disk.ts'
import { collectIn, levels, lostIn } from '#testing/data-loss/blind-spots.ts'

const [root, entry, isBlocking] = process.argv.slice(1)
const lost = {}
for (const [name, level] of levels) {
  const path = join(root, level.replace('{entry}', entry))
  const registry = await openOnDisk(root, isBlocking === 'true')
  const { mode } = await stat(path)
  await chmod(path, 0)
  if (await access(path, 4).then(() => true, () => false)) throw new Error('all may be read here')
  await collectIn(registry)
  await chmod(path, mode)
  lost[name] = await lostIn(root, entry)
}
process.stdout.write(JSON.stringify(lost))
`

it.each([
  ['with promises', false],
  ['with blocking calls', true],
])('a collection that reads %s loses nothing that it may not read', async (_, isBlocking) => {
  const root = join(scratch, `rights-${isBlocking}`)
  await cp(join(scratch, 'filled'), root, { recursive: true })
  const lost: unknown = JSON.parse(
    printedWithoutRights(inThatProcess, root, entry, String(isBlocking)),
  )
  expect(lost).toEqual(Object.fromEntries(levels.map(([name]) => [name, []])))
})

it.each([
  ['with promises', false],
  ['with blocking calls', true],
])(
  'a collection that reads %s does not run while the repositories are away',
  async (_, isBlocking) => {
    const root = join(scratch, `away-${isBlocking}`)
    await cp(join(scratch, 'filled'), root, { recursive: true })
    const registry = await openOnDisk(root, isBlocking)
    const path = join(root, repositoriesFolder)
    await rename(path, join(scratch, 'away'))
    await collectIn(registry)
    await rename(join(scratch, 'away'), path)
    expect(await lostIn(root, entry)).toEqual([])
  },
)
