import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { beforeAll, expect, test } from 'vitest'

/** Of the source that the first load has of the contract, before it is minified. */
const budgetBytes = 7_100

const root = fileURLToPath(new URL('..', import.meta.url))
const contract = `${root}src/contract/`

interface Chunk {
  readonly fileName: string
  /** Files that load with it. */
  readonly imports: readonly string[]
  readonly isEntry: boolean
  readonly code: string
  readonly modules: Readonly<Record<string, { readonly renderedLength: number }>>
}

let chunks: readonly Chunk[]
let styles: string

beforeAll(async () => {
  const built = await build({
    root,
    mode: 'production',
    logLevel: 'error',
    build: { write: false },
  })
  if (Array.isArray(built) || !('output' in built)) throw new Error('expected one build')
  chunks = built.output.filter((file) => file.type === 'chunk')
  styles = built.output
    .map((file) => (file.type === 'asset' && file.fileName.endsWith('.css') ? file.source : ''))
    .join('\n')
})

/** Bytes by file of the contract. */
const partsOf = (chunk: Chunk): readonly (readonly [string, number])[] =>
  Object.entries(chunk.modules)
    .filter(([file]) => file.startsWith(contract))
    .map(([file, { renderedLength }]) => [file.slice(contract.length), renderedLength])

test('the first load has only the calls that it makes', () => {
  const parts = chunks.filter(({ isEntry }) => isEntry).flatMap(partsOf)
  expect(parts.map(([file]) => file).filter((file) => file.startsWith('endpoints/'))).toEqual(
    ['endpoint', 'session', 'path-of', 'repositories', 'tags', 'trash'].map(
      (name) => `endpoints/${name}.ts`,
    ),
  )
  const bytes = parts.reduce((sum, [, length]) => sum + length, 0)
  expect(bytes).toBeGreaterThan(budgetBytes / 2)
  expect(bytes).toBeLessThanOrEqual(budgetBytes)
})

/** A chunk and all that loads with it. */
function loadedWith(chunk: Chunk, seen = new Set<Chunk>()): ReadonlySet<Chunk> {
  if (seen.has(chunk)) return seen
  seen.add(chunk)
  for (const each of chunks) if (chunk.imports.includes(each.fileName)) loadedWith(each, seen)
  return seen
}

test('what each page loads to show a run has no plan, savings or schedule', () => {
  const banner = chunks.find(({ fileName }) => fileName.includes('/collection-banner-'))
  if (banner === undefined) throw new Error('the banner has no chunk of its own')
  const files = [...loadedWith(banner)].flatMap(partsOf).map(([file]) => file)
  expect(files).toContain('endpoints/jobs.ts')
  expect(files).toContain('endpoints/policy.ts')
  expect(files).not.toContain('jobs/garbage-collection.ts')
  expect(files).not.toContain('endpoints/garbage-collection.ts')
})

test('no part of the dashboard has a table of calls, or the parameters that a server reads', async () => {
  const files = await readdir(`${contract}endpoints`)
  expect(files.length).toBeGreaterThan(10)
  const all = chunks.flatMap(partsOf).map(([file]) => file)
  expect(all).toContain('endpoints/jobs.ts')
  expect(all).not.toContain('endpoints/call.ts')
  expect(all).not.toContain('query-parameters.ts')
  // A sentence that only the API's document shows.
  for (const { code } of chunks) expect(code).not.toContain('List what was deleted and can be')
})

test('no style and no component needs a palette of Mantine that the build leaves out', async () => {
  const defined = new Set(styles.match(/--mantine-color-[a-z]+-\d(?=:)/g))
  expect(defined).toContain('--mantine-color-red-7')
  expect(defined).not.toContain('--mantine-color-violet-7')
  // The page itself sets the colours of the theme, and which of them is the primary one.
  const ours = /--mantine-color-(?:petrol|navy|ember)-/
  const setByPage = /--mantine-(?:primary-color-\d|color-(?:anchor|success)):[^;}]*/g
  const used = styles.replaceAll(setByPage, '').match(/(?<=var\()--mantine-color-[a-z]+-\d/g) ?? []
  expect(used.filter((name) => !defined.has(name) && !ours.test(name))).toEqual([])
  const palettes = /["'](?:blue|cyan|grape|indigo|lime|orange|pink|teal|violet|yellow)(?:\.\d)?["']/
  const sources = (await readdir(`${root}src/web`, { recursive: true })).filter((file) =>
    file.endsWith('.tsx'),
  )
  expect(sources.length).toBeGreaterThan(100)
  const texts = await Promise.all(
    sources.map((file) => readFile(`${root}src/web/${file}`, { encoding: 'utf8' })),
  )
  expect(sources.filter((_, at) => palettes.test(texts[at] ?? ''))).toEqual([])
})
