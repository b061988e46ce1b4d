import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { componentName } from '#http/v0/openapi/components.ts'

const contract = fileURLToPath(new URL('../../contract/', import.meta.url))

/** What the sources of the contract say of schemas and their fields, by `TrashEntry.held`. */
export async function contractComments(): Promise<ReadonlyMap<string, string>> {
  const comments = new Map<string, string>()
  const extended: [string, string][] = []
  for (const file of (await readdir(contract, { recursive: true })).toSorted()) {
    if (!file.endsWith('.ts') || file.startsWith('endpoints')) continue
    const source = await readFile(`${contract}${file}`, 'utf8')
    for (const [place, comment] of commentsIn(source)) comments.set(place, comment)
    for (const [, name = '', base = ''] of source.matchAll(
      /^export const (\w+) = z\.extend\((\w+)/gm,
    )) {
      extended.push([componentName(name), componentName(base)])
    }
  }
  for (const [name, base] of extended) {
    const ofBase = [...comments].filter(([place]) => place.startsWith(`${base}.`))
    for (const [place, comment] of ofBase) comments.set(name + place.slice(base.length), comment)
  }
  return comments
}

/** Comments of several lines on one. */
const onOneLine = (source: string): string =>
  source.replaceAll(
    /\/\*\*([\s\S]*?)\*\//g,
    (_, text: string) =>
      `/** ${text
        .replaceAll(/\n\s*\*/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim()} */`,
  )

/** Relies on the formatter: a field is indented by two spaces for each object around it. */
function* commentsIn(source: string): Generator<readonly [place: string, comment: string]> {
  let comment: string | null = null
  const names: string[] = []
  for (const line of onOneLine(source).split('\n')) {
    const found = /^\s*\/\*\* (.*) \*\/$/.exec(line)
    if (found !== null) {
      comment = found[1] ?? null
      continue
    }
    const [, exported] = /^export const (\w+) =/.exec(line) ?? []
    const [, indent = '', field] = /^( +)(\w+)(?::|,$)/.exec(line) ?? []
    if (exported !== undefined) {
      names.length = 0
      names.push(componentName(exported))
    } else if (field !== undefined && names.length > 0) {
      names.length = Math.min(names.length, indent.length / 2)
      names.push(field)
    }
    const isNamed = exported !== undefined || field !== undefined
    if (comment !== null && isNamed) yield [names.join('.'), comment]
    comment = null
  }
}
