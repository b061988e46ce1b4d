import type { RepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import { tagLink, tagsFolder } from '../layout.ts'
import { StoreError } from '#storage/errors.ts'
import type { HeadOutcome, Listed, ObjectReader, ReadHints } from '#storage/object-store.ts'
import { headOrNull, missingOutcome } from '#storage/single-object.ts'

/** At most so many names after the name `after`, which need not exist. */
export interface NamePage {
  readonly after: string
  readonly atMost: number
}

export interface TagPage {
  /** Sorted by code units. */
  readonly names: readonly TagName[]
  /** How many folders of tags were listed for it: a measure of what it took. */
  readonly listedCount: number
}

/** The tags that have a folder. Throws `DENIED` where a lack of rights hides them. */
export function tagFoldersIn(prefix: string, page: readonly Listed[]): readonly TagName[] {
  return nextParts(prefix, page).flatMap((name) => {
    const parsed = parseTagName(name)
    return parsed.ok ? [parsed.value] : []
  })
}

/** The next parts of the keys below a prefix. Throws `DENIED` where a lack of rights hides them. */
export function nextParts(prefix: string, page: readonly Listed[]): readonly string[] {
  const names: string[] = []
  for (const listed of page) {
    if (listed.kind === 'prefix') names.push(listed.prefix.slice(prefix.length, -1))
    if (listed.kind !== 'blind spot' || listed.obstacle !== 'no permission') continue
    // One below the prefix hides an entry that is no folder.
    if (!listed.key.startsWith(prefix)) throw new StoreError('DENIED', prefix.slice(0, -1))
  }
  return names
}

/** Those of the tags that have a link. One that may not be looked at counts as one. */
export async function tagsWithLink(
  objects: Pick<ObjectReader, 'headMany'>,
  repository: RepositoryName,
  names: readonly TagName[],
  hints?: ReadHints,
): Promise<readonly TagName[]> {
  if (names.length === 0) return []
  const keys = names.map((name) => tagLink(repository, name))
  const outcomes = await objects.headMany(keys, hints)
  return names.filter((_, position) => mayBeThere(outcomes[position], keys[position] ?? ''))
}

function mayBeThere(outcome: HeadOutcome | undefined, key: string): boolean {
  try {
    return headOrNull(outcome ?? missingOutcome(key), key) !== null
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return error.code !== 'NOT_FOUND'
  }
}

/**
 * The names that may be listed later than this one though they sort before it: a list is in the
 * order of the keys, and `a-b/` comes before `a/`.
 */
const shorterNames = (name: TagName): readonly TagName[] =>
  Array.from(name.matchAll(/[-.]/g), ({ index }) => name.slice(0, index) as TagName)

/** The first tags after a name. Lists only what it needs, and looks at no links but theirs. */
export async function readTagPage(
  objects: Pick<ObjectReader, 'list' | 'headMany'>,
  repository: RepositoryName,
  { after, atMost }: NamePage,
): Promise<TagPage> {
  const prefix = `${tagsFolder(repository)}/` as const
  const names: TagName[] = []
  const seen = new Set<TagName>()
  let listedCount = 0
  if (atMost === 0) return { names, listedCount }
  // What is no name of a tag is only compared with.
  const start = parseTagName(after)
  const how = { delimiter: '/', ...(start.ok && { after: prefix + start.value }) } as const
  for await (const page of objects.list(prefix, how)) {
    listedCount += page.length
    const next: TagName[] = []
    for (const listed of tagFoldersIn(prefix, page)) {
      for (const name of [...shorterNames(listed), listed]) {
        if (name > after && !seen.has(name)) next.push(name)
        seen.add(name)
      }
    }
    // A folder may outlive its tag, so a page may need more than one round.
    for (let looked = 0; looked < next.length;) {
      const slice = next.slice(looked, looked + atMost - names.length)
      looked += slice.length
      names.push(...(await tagsWithLink(objects, repository, slice)))
      if (names.length === atMost) return { names, listedCount }
    }
  }
  return { names, listedCount }
}
