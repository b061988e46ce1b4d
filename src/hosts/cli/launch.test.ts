import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDiskFileTree } from '#adapters/filesystem/disk-file-tree.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { openTestRegistry } from '#testing/builders/test-registry.ts'
import { projectFolder } from '#hosts/server/project-folder.ts'
import { usage } from './command-line.ts'

const launcher = fileURLToPath(new URL('launch.mjs', import.meta.url))
const launch = (...words: readonly string[]) =>
  spawnSync(process.execPath, [launcher, ...words], { encoding: 'utf8' })

let storage = ''
beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), 'jetsam-launch-'))
})
afterAll(() => rm(storage, { recursive: true }))

it('runs the compiled command line', async () => {
  const orphan = contentOf('orphan')
  const registry = openTestRegistry({
    storage: await createDiskFileTree({ root: storage, durable: false }),
  })
  await registry.push('team/app', tinyImage({ layers: ['base'] }), '1.0')
  await registry.pushBlob('team/app', orphan)
  const planned = launch('collect', '--storage', storage, '--dry-run', '--json')
  expect(planned.status).toBe(0)
  expect(JSON.parse(planned.stdout)).toMatchObject({ removed: [orphan.digest] })
})

it('is started with options that each supported version of Node.js has', async () => {
  const text = await readFile(join(projectFolder, 'package.json'), 'utf8')
  const { scripts } = JSON.parse(text) as { scripts: Readonly<Record<string, string>> }
  const options = [scripts.start, scripts.jetsam].flatMap(
    (script) => script?.match(/--[\w-]+/g) ?? [],
  )
  expect(options).not.toEqual([])
  // Node.js documents these; others belong to V8, and come and go with its versions.
  const documented = process.allowedNodeEnvironmentFlags
  expect(options.filter((option) => !documented.has(option))).toEqual([])
})

it('continues when the reader of its output has gone', async () => {
  const command = spawn(process.execPath, [launcher, 'collect', '--storage', storage])
  command.stdout.destroy()
  let complaints = ''
  command.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  expect(await once(command, 'close')).toEqual([0, null])
  expect(complaints).toBe('')
  const left = launch('collect', '--storage', storage, '--dry-run', '--json')
  expect(JSON.parse(left.stdout)).toMatchObject({ removed: [] })
})

it('passes on the message of the command line about a mistake', () => {
  const { status, stderr } = launch('collect', '--sotrage', storage)
  expect(status).toBe(2)
  expect(stderr).toContain(usage)
})

it.runIf(process.platform !== 'win32')(
  'says in a sentence that the limit of open files is too low',
  () => {
    const words = ['ulimit -n 32; exec "$@"', 'sh', process.execPath, launcher, 'serve']
    const { status, stderr } = spawnSync('sh', ['-c', ...words], {
      encoding: 'utf8',
      env: { ...process.env, JETSAM_DATA: storage, JETSAM_PORT: '0' },
    })
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^Jetsam may not open enough files: raise the limit to 1024 or more .*\.\n$/,
      ),
    ])
  },
)

describe('the compiler', () => {
  const project = fileURLToPath(new URL('../../..', import.meta.url))
  let copy = ''
  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'jetsam-project-'))
    await mkdir(join(copy, 'src', 'hosts', 'cli'), { recursive: true })
    await mkdir(join(copy, 'src', 'hosts', 'server', 'threads'), { recursive: true })
    for (const name of [
      'package.json',
      'package-lock.json',
      'src/hosts/cli/launch.mjs',
      'src/hosts/cli/compile.mjs',
    ]) {
      await cp(join(project, name), join(copy, name))
    }
    await symlink(join(project, 'node_modules'), join(copy, 'node_modules'))
    await writeFile(join(copy, 'src/hosts/server/threads/thread.ts'), '')
  })
  afterAll(() => rm(copy, { recursive: true }))

  const launchWith = async (main: string, options: readonly string[] = []) => {
    await writeFile(join(copy, 'src/hosts/cli/main.ts'), main)
    const launched = join(copy, 'src/hosts/cli/launch.mjs')
    return spawnSync(process.execPath, [...options, launched], { encoding: 'utf8' })
  }

  it('prints its errors, and leaves no incomplete folder', async () => {
    const { status, stderr } = await launchWith("import './absent.ts'")
    expect(status).toBe(1)
    expect(stderr).toContain('Jetsam could not be compiled, and runs uncompiled:')
    expect(stderr).toContain('./absent.ts')
    expect(await readdir(join(copy, 'dist-server'))).toEqual([])
  })

  it('prints nothing when it succeeds', async () => {
    const { status, stdout, stderr } = await launchWith("console.log('runs' satisfies string)")
    expect([status, stdout, stderr]).toEqual([0, 'runs\n', ''])
    const compiled = join(copy, 'dist-server')
    const made = await readdir(compiled, { recursive: true })
    const folders = made.filter((name) => !name.includes('/'))
    expect(folders).toHaveLength(1)
    // Other accounts may run it too, as far as they may read the folder that it is in.
    const modes = await Promise.all(
      [compiled, join(compiled, folders[0] ?? '')].map(async (path) => (await stat(path)).mode),
    )
    expect(modes[1]).toBe(modes[0])
    // What V8 made of it, where Node.js can keep that.
    const isKept = 'enableCompileCache' in module
    expect(made.some((name) => name.endsWith('/v8'))).toBe(isKept)
  })

  it('notices a change that leaves size and time of a file alike, and a new file', async () => {
    // What was written just now is not noted: it may change again at the same time.
    const later = 'data:text/javascript,const now = Date.now; Date.now = () => now() + 1e6'
    const launchLater = (main: string) => launchWith(main, ['--import', later])
    const main = join(copy, 'src/hosts/cli/main.ts')
    const note = join(copy, 'dist-server/fingerprint')
    await launchLater("console.log('one')")
    const { atime, mtime } = await stat(main)
    // Now there is a folder for the note.
    expect((await launchLater("console.log('one')")).stdout).toBe('one\n')
    const noted = await readFile(note, 'utf8')
    expect(await readdir(join(copy, 'dist-server'))).toContain(noted.split('\n').at(-1))
    await writeFile(main, "console.log('two')")
    await utimes(main, atime, mtime)
    const launched = join(copy, 'src/hosts/cli/launch.mjs')
    expect(spawnSync(process.execPath, [launched], { encoding: 'utf8' }).stdout).toBe('two\n')
    expect((await launchLater("import './new.ts'")).stderr).toContain('./new.ts')
    await writeFile(join(copy, 'src/hosts/cli/new.ts'), "console.log('new')")
    const again = spawnSync(process.execPath, [launched], { encoding: 'utf8' })
    expect(again.stdout).toBe('new\n')
    // As a full disk leaves it.
    const made = await readdir(join(copy, 'dist-server'))
    for (const length of [0, 100, noted.length - 1]) {
      await writeFile(note, noted.slice(0, length))
      expect(spawnSync(process.execPath, [launched], { encoding: 'utf8' }).stdout).toBe('new\n')
      expect(await readdir(join(copy, 'dist-server'))).toEqual(made)
    }
  })
})
