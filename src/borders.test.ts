import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/**
 * Proves that the borders between the folders hold: in a copy of the projects without their sources
 * it plants every forbidden import, and expects the compiler and the linter to report each, and
 * nothing else. Such tools pass silently when they are misconfigured.
 */

const engine = ['domain', 'graph', 'storage', 'coordination', 'state', 'gc', 'registry']
const application = [...engine, 'services', 'contract', 'http', 'hosts']
const nodeAdapters = ['adapters/filesystem', 'adapters/sqlite', 'adapters/crypto-node']

/** Which folder may import which others. Every name is a folder of `src` with its own project. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  graph: ['domain'],
  storage: ['domain'],
  coordination: ['domain'],
  state: ['domain'],
  gc: ['domain', 'graph', 'coordination'],
  registry: ['domain', 'graph', 'storage', 'coordination', 'gc'],
  services: engine,
  contract: ['domain'],
  http: [...engine, 'services', 'contract'],
  'adapters/memory': ['domain', 'storage', 'coordination', 'state'],
  'adapters/filesystem': ['domain', 'storage', 'coordination'],
  'adapters/sql': ['domain', 'state'],
  'adapters/sqlite': [
    'domain',
    'storage',
    'coordination',
    'state',
    'adapters/filesystem',
    'adapters/sql',
  ],
  'adapters/postgres': ['domain', 'storage', 'coordination', 'state', 'adapters/sql'],
  'adapters/s3': ['domain', 'storage', 'coordination'],
  'adapters/crypto-web': ['domain', 'storage', 'state'],
  'adapters/crypto-node': ['domain', 'storage', 'state'],
  hosts: [...engine, 'services', 'contract', 'http'],
  'hosts/mock': [...application, 'adapters/memory', 'adapters/crypto-web'],
  'hosts/server': [
    ...application,
    'adapters/memory',
    'adapters/postgres',
    'adapters/s3',
    ...nodeAdapters,
  ],
  'hosts/cli': [
    ...application,
    'adapters/memory',
    'adapters/postgres',
    'adapters/s3',
    ...nodeAdapters,
    'hosts/server',
  ],
  web: ['domain', 'contract'],
  testing: [
    ...application,
    'adapters/memory',
    'adapters/crypto-web',
    'adapters/sql',
    'adapters/postgres',
    'adapters/s3',
    ...nodeAdapters,
  ],
}
const folders = Object.keys(mayImport)

/**
 * The file of a folder that other folders import in this test. Of some folders, others may import
 * only a port.
 */
const entries: Readonly<Record<string, string>> = {
  gc: 'ports/entry',
  'adapters/memory': 'coordination/entry',
  hosts: 'compose',
}
const entryOf = (folder: string): string => `${folder}/${entries[folder] ?? 'entry'}.ts`

/** The folder with its own project that a file belongs to. */
const projectOf = (file: string): string | undefined =>
  folders
    .filter((folder) => file.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length)[0]

type Gate = 'compiler' | 'linter'

/** What the table does not cover: single files, packages, features, platforms, the clock. */
const otherBorders: readonly [file: string, source: string, ...gates: Gate[]][] = [
  ['registry/a.ts', "export * as other from '#gc/run.ts'", 'linter'],
  ['gc/ports/a.ts', "export * as other from '../run.ts'", 'linter'],
  ['gc/ports/b.ts', "export * as other from '#coordination/entry.ts'", 'linter'],
  ['adapters/memory/a.ts', "export * as other from '#registry/entry.ts'", 'linter'],
  ['web/features/tags/a.ts', "export * as other from '../trash/entry.ts'", 'linter'],
  ['web/features/tags/b.ts', "export * as other from '../../features/trash/entry.ts'", 'linter'],
  ['web/features/tags/c.ts', "export * as other from '#web/features/trash/entry.ts'", 'linter'],
  ['web/features/tags/d.ts', "export const late = () => import('../trash/entry.ts')", 'linter'],
  ['web/features/tags/e.ts', "export * as other from '#web/app/entry.ts'", 'linter'],
  ['web/features/tags/deletion/a.ts', "export * as other from '../../trash/entry.ts'", 'linter'],
  ['web/features/tags/deletion/b.ts', "export * as other from '../../../app/entry.ts'", 'linter'],
  ['web/components/form/a.ts', "export * as other from '#web/features/trash/entry.ts'", 'linter'],
  ['web/components/form/b.ts', "export * as other from '#contract/entry.ts'", 'linter'],
  ['web/components/form/c.ts', "export * as other from '#web/entities/entry.ts'", 'linter'],
  ['web/entities/a.ts', "export * as other from '#web/features/trash/entry.ts'", 'linter'],
  ['web/api/b.ts', "export * as other from '#web/components/form/entry.ts'", 'linter'],
  ['web/api/a.ts', "export * as other from '@mantine/core'", 'linter'],
  ['domain/schedule/next-runs.ts', "export * as other from 'cronstrue'", 'linter'],
  ['domain/policy/a.ts', "export * as other from 'yaml'", 'linter'],
  ['domain/retention/a.ts', "export * as other from 'zod/mini'", 'linter'],
  ['gc/b.ts', "export * as other from 'zod/mini'", 'linter'],
  ['services/a.ts', "export * as other from 'hono'", 'linter'],
  ['contract/a.ts', "export * as other from 'hono'", 'linter'],
  ['http/a.ts', "export * as other from '@hono/node-server'", 'linter'],
  ['http/b.ts', "export * as other from 'kysely'", 'linter'],
  ['hosts/a.ts', "export * as other from 'hono'", 'linter'],
  ['services/samples/a.ts', "export * as other from '#registry/entry.ts'", 'linter'],
  ['adapters/memory/b.ts', "export * as other from 'kysely'", 'linter'],
  ['hosts/server/a.ts', "export * as other from 'react'", 'linter'],
  ['hosts/server/c.ts', "export * as other from '#adapters/memory/entry.ts'", 'linter'],
  ['hosts/server/b.ts', "export * as other from 'msw'", 'linter'],
  ['web/a.ts', "export * as other from 'hono/client'", 'linter'],
  ['web/b.ts', "export * as other from 'msw/browser'", 'linter'],
  ['domain/a.ts', "export * as other from 'node:path'", 'compiler', 'linter'],
  ['registry/b.ts', "export * as other from 'node:fs'", 'compiler', 'linter'],
  ['http/c.ts', "export * as other from 'node:crypto'", 'compiler', 'linter'],
  ['adapters/memory/c.ts', "export * as other from 'node:os'", 'compiler', 'linter'],
  ['hosts/mock/a.ts', "export * as other from 'node:fs'", 'compiler', 'linter'],
  ['web/c.ts', 'export const host = process.env', 'compiler'],
  ['graph/a.ts', "export * as other from 'node:path'", 'compiler', 'linter'],
  ['graph/b.ts', 'export const get = fetch', 'compiler'],
  ['graph/c.ts', 'export const now = Date.now()', 'linter'],
  ['graph/d.ts', 'export const wait = setTimeout', 'compiler', 'linter'],
  ['domain/b.ts', 'export const title = document.title', 'compiler'],
  ['domain/c.ts', 'export const get = fetch', 'compiler'],
  ['registry/c.ts', 'export const title = document.title', 'compiler'],
  ['http/d.ts', 'export const store = localStorage', 'compiler'],
  ['gc/c.ts', 'export const wait = setTimeout', 'compiler', 'linter'],
  ['registry/d.ts', 'export const wait = setTimeout', 'linter'],
  ['domain/d.ts', 'export const now = Date.now()', 'linter'],
  ['gc/d.ts', 'export const chance = Math.random()', 'linter'],
  ['registry/e.ts', 'export const id = crypto.randomUUID()', 'linter'],
  ['services/b.ts', 'export const now = Date.now()', 'linter'],
]

interface Planted {
  readonly file: string
  readonly source: string
  /** The tools that must report it. */
  readonly gates: readonly Gate[]
}

/** An import of a type, which leaves no trace at run time, is an import all the same. */
const importOf = (folder: string) =>
  `import type { entry } from '#${entryOf(folder)}'\n\nexport type Entry = typeof entry`

/**
 * The folders whose types a folder sees: the compiler does not report the projects that a project
 * builds on.
 */
function seenFrom(folder: string, seen = new Set<string>()): Set<string> {
  for (const to of mayImport[folder] ?? []) {
    if (seen.has(to)) continue
    seen.add(to)
    seenFrom(to, seen)
  }
  return seen
}

const forbiddenIn = (folder: string): Planted[] =>
  folders
    .filter((to) => to !== folder && !mayImport[folder]?.includes(to))
    .map((to) => ({
      file: `${folder}/imports-${to.replace('/', '-')}.ts`,
      source: importOf(to),
      gates: seenFrom(folder).has(to) ? ['linter'] : ['compiler', 'linter'],
    }))

const others = otherBorders.map(([file, source, ...gates]): Planted => ({ file, source, gates }))
const everything = [...folders.flatMap(forbiddenIn), ...others]

const run = promisify(execFile)
let copy = ''

/** The files that a tool reports, as paths under `src`. */
async function reportedBy(gate: Gate, ...paths: string[]): Promise<string[]> {
  const [tool, ...options] =
    gate === 'compiler' ? ['tsc', '--build', '--pretty', 'false'] : ['oxlint', '--format=unix']
  const command = join(copy, 'node_modules/.bin', tool ?? '')
  const output = await run(command, [...options, ...paths], { cwd: copy }).then(
    () => '',
    (error: { stdout?: string; stderr?: string }) => `${error.stdout}${error.stderr}`,
  )
  // Only the linter's rules about borders.
  const places = output.matchAll(
    gate === 'compiler'
      ? /^src\/([^(]+)\(\d+,\d+\): error /gm
      : /^src\/([^:]+):\d+:\d+: .*\bno-restricted-/gm,
  )
  return [...new Set([...places].map(([, file = '']) => file))].toSorted()
}

const plant = async (file: string, source: string) => {
  const path = join(copy, 'src', file)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${source}\n`)
}

/** What a tool reports while these files are planted. */
async function reportsOf(gate: Gate, planted: readonly Planted[], ...paths: string[]) {
  await Promise.all(planted.map(({ file, source }) => plant(file, source)))
  const reports = await reportedBy(gate, ...paths)
  await Promise.all(planted.map(({ file }) => rm(join(copy, 'src', file))))
  return reports
}

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'jetsam-borders-'))
  // A folder of links instead of a link, because the compiler writes into `node_modules/.tmp`.
  await mkdir(join(copy, 'node_modules'))
  for (const name of await readdir('node_modules')) {
    if (name === '.tmp') continue
    await symlink(join(process.cwd(), 'node_modules', name), join(copy, 'node_modules', name))
  }
  for (const name of ['package.json', '.oxlintrc.json', 'src/tsconfig.json']) {
    await cp(name, join(copy, name))
  }
  await cp('src/tsconfig.base.json', join(copy, 'src/tsconfig.base.json'))
  await plant('main.tsx', "import { entry } from '#web/entry.ts'\n\ndocument.title = entry")
  for (const folder of folders) {
    await plant(entryOf(folder), `export const entry = '${folder}'`)
    await cp(`src/${folder}/tsconfig.json`, join(copy, 'src', folder, 'tsconfig.json'))
  }
  for (const name of ['gc/run.ts', 'registry/entry.ts', 'web/app/entry.ts']) {
    await plant(name, 'export const entry = 1')
  }
  await plant('web/features/trash/entry.ts', 'export const entry = 1')
})

afterAll(() => rm(copy, { recursive: true, force: true }))

test('reports nothing that the table allows', async () => {
  for (const [folder, allowed] of Object.entries(mayImport)) {
    const imports = allowed.map((to, n) => `import { entry as e${n} } from '#${entryOf(to)}'`)
    const used = `export const used = [${allowed.map((_, n) => `e${n}`).join(', ')}]`
    await plant(`${folder}/allowed.ts`, [...imports, '', used].join('\n'))
  }
  await plant('web/components/form/entry.ts', 'export const entry = 1')
  await plant('web/features/tags/entry.ts', "export { entry } from '#web/components/form/entry.ts'")
  await plant('web/features/tags/deletion/allowed.ts', "export { entry } from '../entry.ts'")
  await plant('web/entities/entry.ts', "export { entry } from '#web/components/form/entry.ts'")
  await plant('web/features/tags/deletion/use.ts', "export { entry } from '#web/entities/entry.ts'")
  await plant('domain/schedule/describe.ts', "export * as other from 'cronstrue'")
  await plant('domain/retention/allowed.ts', "export * as other from 'yaml'")
  expect(await reportedBy('compiler', 'src', 'src/hosts/cli', 'src/testing')).toEqual([])
  expect(await reportedBy('linter', 'src')).toEqual([])
})

// One folder at a time: an error in one keeps the compiler from those that build on it.
describe('the compiler reports each forbidden import', () => {
  test.each(folders)('in %s', async (folder) => {
    const planted = everything.filter(
      ({ file, gates }) => gates.includes('compiler') && projectOf(file) === folder,
    )
    expect(planted).not.toEqual([])
    const files = planted.map(({ file }) => file)
    expect(await reportsOf('compiler', planted, `src/${folder}`)).toEqual(files.toSorted())
  })
})

describe('the linter reports each forbidden import', () => {
  const planted = everything.filter(({ gates }) => gates.includes('linter'))
  let reports: readonly string[] = []
  beforeAll(async () => {
    reports = await reportsOf('linter', planted, 'src')
  })

  test.each(planted)('$file must not contain: $source', ({ file }) => {
    expect(reports).toContain(file)
  })

  test('and nothing else', () => {
    expect(reports).toEqual(planted.map(({ file }) => file).toSorted())
  })
})

test('the entry may not import a host other than the mock', async () => {
  const entry = "import { entry } from '#hosts/server/entry.ts'\n\ndocument.title = entry"
  await plant('main.tsx', entry)
  expect(await reportedBy('compiler', 'src')).toEqual(['main.tsx'])
  expect(await reportedBy('linter', 'src/main.tsx')).toEqual(['main.tsx'])
})
