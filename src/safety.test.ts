import { readFileSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'

/** Rules about the sources that neither the compiler nor the linter can check. */

interface Source {
  readonly path: string
  readonly text: string
  /** Without comments. */
  readonly code: string
  readonly isTest: boolean
}

let sources: readonly Source[] = []

beforeAll(async () => {
  const entries = await readdir('src', { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(?:tsx?|css)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  sources = await Promise.all(
    paths.map(async (path) => {
      const text = await readFile(path, 'utf8')
      const code = text.replaceAll(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
      return { path, text, code, isTest: /^src\/testing\/|\.test\.tsx?$/.test(path) }
    }),
  )
})

/** The product's files whose code matches; with `tests: true`, also test files. */
const filesWith = (pattern: RegExp, { tests = false } = {}): string[] =>
  sources
    .filter(({ code, isTest }) => (tests || !isTest) && pattern.test(code))
    .map(({ path }) => path)
    .toSorted()

test('finds sources to check', () => {
  expect(sources.length).toBeGreaterThan(50)
  expect(sources.some(({ path }) => path === 'src/domain/values/digest.ts')).toBe(true)
})

test('only the entry imports the mock host, and loads it lazily', () => {
  const outside = filesWith(/['"`](?:#hosts\/mock\/|(?:\.\.?\/)+mock\/)/).filter(
    (path) => !path.startsWith('src/hosts/mock/'),
  )
  expect(outside).toEqual(['src/main.tsx'])
  const entry = readFileSync('src/main.tsx', 'utf8')
  const mentions = entry.match(/.*['"`][^'"`]*\bmock\/.*/g) ?? []
  expect(mentions).not.toEqual([])
  for (const mention of mentions) expect(mention).toMatch(/\bimport\('#hosts\/mock\//)
})

test('an installation without development packages builds and runs all of a server', async () => {
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  const ofServer = sources.filter(
    ({ path, isTest }) => !isTest && !/^src\/hosts\/mock\/|\/testing\//.test(path),
  )
  const programs = await Promise.all(
    ['vite.config.ts', 'src/hosts/cli/launch.mjs', 'src/hosts/cli/compile.mjs'].map((path) =>
      readFile(path, 'utf8'),
    ),
  )
  const missing = [...ofServer.map(({ code }) => code), ...programs].flatMap((code) =>
    // A package by its name; a path that begins with `#` or `.` is the project's, `node:` the
    // platform's.
    [...code.matchAll(/(?:from|import|import\()\s*'((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^']*)?'/g)]
      .map(([, name = '']) => name)
      .filter((name) => /^[@a-z]/.test(name) && dependencies[name] === undefined),
  )
  expect([...new Set(missing)]).toEqual([])
})

test('only presets.ts spells schedules', () => {
  // Two to six fields of a cron expression in quotes, at least one of them a star; or a shortcut.
  const literal = /(['"`])(?=[^'"`\n]*\*)[\d*?][\d*?,/-]*(?: [\d*?][\w*?,/-]*){1,5}\1|['"`]@daily\b/
  expect(filesWith(literal)).toEqual([
    // It defines the shortcuts.
    'src/domain/schedule/cron-expression.ts',
    'src/domain/schedule/presets.ts',
  ])
})

test('only describe.ts imports cronstrue, and the page loads it lazily', () => {
  expect(filesWith(/['"`]cronstrue/)).toEqual(['src/domain/schedule/describe.ts'])
  const inPage = sources.filter(({ path, isTest }) => path.startsWith('src/web/') && !isTest)
  const early = inPage.filter(({ code }) =>
    /^(?:import|export)\b[^;]*?from '[^']*schedule\/describe\.ts'/m.test(code),
  )
  expect(early.map(({ path }) => path)).toEqual([])
})

test('only the graph decides by media type where a manifest leads', () => {
  expect(filesWith(/isForeignMediaType/)).toEqual([
    'src/domain/values/media-type.ts',
    'src/graph/edges.ts',
  ])
})

test('the engine takes the time from a port', () => {
  const engine =
    /^src\/(?:domain|graph|storage|coordination|gc|registry|state|services|http|contract)\//
  const asking = filesWith(/\bnew Date\(\s*\)|(?<!\.)\bDate\(\s*\)/)
  expect(asking.filter((path) => engine.test(path))).toEqual([])
})

test('no file is longer than 300 lines', () => {
  const long = sources.filter(({ text }) => text.trimEnd().split('\n').length > 300)
  expect(long.map(({ path }) => path)).toEqual([])
})

test('no file or folder has a meaningless name, and no file only re-exports', () => {
  const vague = /^(?:utils?|helpers?|common|misc|shared|types?|index)$/
  const wrong = sources.filter(({ path }) =>
    [...dirname(path).split('/'), basename(path).replace(/\..*$/, '')].some((part) =>
      vague.test(part),
    ),
  )
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('no test is skipped or runs alone', () => {
  const marks = /\b(?:test|it|describe)\.(?:only|skip|todo|fails)\b/
  expect(filesWith(marks, { tests: true })).toEqual([])
})

test('the service worker is the one that the installed MSW expects', async () => {
  const msw = dirname(createRequire(import.meta.url).resolve('msw/package.json'))
  expect(await readFile('public/mockServiceWorker.js', 'utf8')).toBe(
    await readFile(join(msw, 'lib/mockServiceWorker.js'), 'utf8'),
  )
})
