import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

/**
 * Proof that the borders between the folders hold: into a copy of the projects without their sources
 * it plants one forbidden import after the other, and expects the compiler and the linter to report
 * each. Such tools pass silently when they are misconfigured.
 */

const engine = ['domain', 'collector', 'registry', 'state']
const application = [...engine, 'operations', 'contract', 'api', 'samples', 'adapters/memory']

/** Who may import whom: nobody else. Every name is a folder of `src` with a project of its own. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  collector: ['domain'],
  registry: ['domain', 'collector'],
  state: ['domain'],
  contract: ['domain'],
  samples: ['domain'],
  operations: engine,
  api: [...engine, 'operations', 'contract'],
  'adapters/memory': engine,
  'adapters/node': engine,
  fixtures: [...engine, 'samples', 'adapters/memory'],
  mock: [...application, 'fixtures'],
  server: [...application, 'adapters/node'],
  web: ['domain', 'contract'],
}
const folders = Object.keys(mayImport)

/** The file of a folder that others import here. Of two folders, some may import only ports. */
const entryOf = (folder: string): string =>
  `${folder}/${{ collector: 'ports', registry: 'storage' }[folder] ?? 'entry'}.ts`

type Gate = 'compiler' | 'linter'

/** What no row of the table says: single files, packages, features, platforms, the clock. */
const otherBorders: readonly [file: string, source: string, ...gates: Gate[]][] = [
  ['registry/a.ts', "export * as other from '#collector/run.ts'", 'linter'],
  ['adapters/memory/a.ts', "export * as other from '#registry/image-store.ts'", 'linter'],
  ['adapters/node/a.ts', "export * as other from '#collector/run.ts'", 'linter'],
  ['web/features/tags/a.ts', "export * as other from '../trash/entry.ts'", 'linter'],
  ['web/features/tags/b.ts', "export * as other from '../../features/trash/entry.ts'", 'linter'],
  ['web/features/tags/c.ts', "export * as other from '#web/features/trash/entry.ts'", 'linter'],
  ['web/features/tags/d.ts', "export const late = () => import('../trash/entry.ts')", 'linter'],
  ['web/features/tags/e.ts', "export * as other from '../../shell/entry.ts'", 'linter'],
  ['web/features/tags/deletion/a.ts', "export * as other from '../../trash/entry.ts'", 'linter'],
  ['web/features/tags/deletion/b.ts', "export * as other from '../../../shell/entry.ts'", 'linter'],
  ['web/ui/a.ts', "export * as other from '../features/trash/entry.ts'", 'linter'],
  ['web/ui/b.ts', "export * as other from '#contract/entry.ts'", 'linter'],
  ['web/http/a.ts', "export * as other from '@mantine/core'", 'linter'],
  ['domain/schedule/next-runs.ts', "export * as other from 'cronstrue'", 'linter'],
  ['collector/b.ts', "export * as other from 'zod/mini'", 'linter'],
  ['operations/a.ts', "export * as other from 'hono'", 'linter'],
  ['contract/a.ts', "export * as other from 'hono'", 'linter'],
  ['api/a.ts', "export * as other from '@hono/node-server'", 'linter'],
  ['api/b.ts', "export * as other from 'kysely'", 'linter'],
  ['adapters/memory/b.ts', "export * as other from 'kysely'", 'linter'],
  ['server/a.ts', "export * as other from 'react'", 'linter'],
  ['server/b.ts', "export * as other from 'msw'", 'linter'],
  ['web/a.ts', "export * as other from 'hono/client'", 'linter'],
  ['web/b.ts', "export * as other from 'msw/browser'", 'linter'],
  ['domain/a.ts', "export * as other from 'node:path'", 'compiler', 'linter'],
  ['registry/b.ts', "export * as other from 'node:fs'", 'compiler', 'linter'],
  ['api/c.ts', "export * as other from 'node:crypto'", 'compiler', 'linter'],
  ['adapters/memory/c.ts', "export * as other from 'node:os'", 'compiler', 'linter'],
  ['mock/a.ts', "export * as other from 'node:fs'", 'compiler', 'linter'],
  ['web/c.ts', 'export const host = process.env', 'compiler'],
  ['domain/b.ts', 'export const title = document.title', 'compiler'],
  ['domain/c.ts', 'export const get = fetch', 'compiler'],
  ['registry/c.ts', 'export const title = document.title', 'compiler'],
  ['api/d.ts', 'export const store = localStorage', 'compiler'],
  ['collector/c.ts', 'export const wait = setTimeout', 'compiler', 'linter'],
  ['registry/d.ts', 'export const wait = setTimeout', 'linter'],
  ['domain/d.ts', 'export const now = Date.now()', 'linter'],
  ['collector/d.ts', 'export const chance = Math.random()', 'linter'],
  ['registry/e.ts', 'export const id = crypto.randomUUID()', 'linter'],
  ['operations/b.ts', 'export const now = Date.now()', 'linter'],
]

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const run = promisify(execFile)
let copy = ''

/** The files that a gate reports, as paths under `src`. */
async function reported(gate: Gate, ...paths: string[]): Promise<string[]> {
  const [tool, ...options] =
    gate === 'compiler' ? ['tsc', '--build', '--pretty', 'false'] : ['oxlint', '--format=unix']
  const command = join(copy, 'node_modules/.bin', tool ?? '')
  const output = await run(command, [...options, ...paths], { cwd: copy }).then(
    () => '',
    (error: { stdout?: string; stderr?: string }) => `${error.stdout}${error.stderr}`,
  )
  // Of the linter's rules, only those that are borders.
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

const uproot = (file: string) => rm(join(copy, 'src', file))

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'jetsam-borders-'))
  // A folder of links, not a link: the compiler writes into `node_modules/.tmp`.
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
  for (const name of ['collector/run.ts', 'registry/image-store.ts', 'web/shell/entry.ts']) {
    await plant(name, 'export const entry = 1')
  }
  await plant('web/features/trash/entry.ts', 'export const entry = 1')
})

afterAll(() => rm(copy, { recursive: true, force: true }))

/** A type's import, which leaves no trace when the program runs, is an import all the same. */
const importOf = (folder: string) =>
  `import type { entry } from '#${entryOf(folder)}'\n\nexport type Entry = typeof entry`

test('what the table allows passes', async () => {
  for (const [folder, allowed] of Object.entries(mayImport)) {
    const imports = allowed.map((to, n) => `import { entry as e${n} } from '#${entryOf(to)}'`)
    const used = `export const used = [${allowed.map((_, n) => `e${n}`).join(', ')}]`
    await plant(`${folder}/allowed.ts`, [...imports, '', used].join('\n'))
  }
  await plant('web/ui/entry.ts', 'export const entry = 1')
  await plant('web/features/tags/entry.ts', "export { entry } from '../../ui/entry.ts'")
  await plant('web/features/tags/deletion/a.ts', "export { entry } from '../../../ui/entry.ts'")
  await plant('web/features/tags/deletion/b.ts', "export { entry } from '../entry.ts'")
  await plant('domain/schedule/describe.ts', "export * as other from 'cronstrue'")
  expect(await reported('compiler', 'src', 'src/server', 'src/fixtures')).toEqual([])
  expect(await reported('linter', 'src')).toEqual([])
})

describe('an import that the table does not allow is reported by both gates', () => {
  test.each(folders)('from %s', async (folder) => {
    const forbidden = folders.filter((to) => to !== folder && !mayImport[folder]?.includes(to))
    const planted: string[] = []
    for (const to of forbidden) {
      const file = `${folder}/imports-${to.replace('/', '-')}.ts`
      await plant(file, importOf(to))
      planted.push(file)
    }
    const gates = [reported('compiler', `src/${folder}`), reported('linter', `src/${folder}`)]
    const reports = await Promise.all(gates)
    await Promise.all(planted.map(uproot))
    for (const report of reports) expect(report).toEqual(planted.toSorted())
  })
})

test.each(otherBorders)('%s may not say: %s', async (file, source, ...gates) => {
  const folder = folders.find((candidate) => file.startsWith(`${candidate}/`)) ?? ''
  await plant(file, source)
  const reports = await Promise.all(gates.map((gate) => reported(gate, `src/${folder}`)))
  await uproot(file)
  for (const report of reports) expect(report).toEqual([file])
})

test('the entry may not import a host other than the mock', async () => {
  const entry = "import { entry } from '#server/entry.ts'\n\ndocument.title = entry"
  await plant('main.tsx', entry)
  expect(await reported('compiler', 'src')).toEqual(['main.tsx'])
  expect(await reported('linter', 'src/main.tsx')).toEqual(['main.tsx'])
})
