import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const source = fileURLToPath(new URL('../..', import.meta.url))

/** The files that import a name from a module of the registry, without tests. */
async function importersOf(name: string, file: string): Promise<readonly string[]> {
  const entries = await readdir(source, { recursive: true })
  const files = entries.filter((each) => each.endsWith('.ts') && !each.endsWith('.test.ts'))
  const found: string[] = []
  for (const each of files) {
    if (each.startsWith('testing/')) continue
    const text = await readFile(join(source, each), 'utf8')
    const imports = text.matchAll(/import (?:type )?\{([^}]*)\} from '([^']*)'/g)
    for (const [, names = '', from = ''] of imports) {
      if (from.endsWith(file) && names.split(',').some((one) => one.trim() === name))
        found.push(each)
    }
  }
  return found.toSorted()
}

/**
 * What links or unlinks a tag has to ask whether it is protected. A new one belongs here, and
 * into the test of protected tags.
 */
test('only these write the links of tags, and each asks whether a tag is protected', async () => {
  const writers = [
    ...(await importersOf('linkTag', '/tag-links.ts')),
    ...(await importersOf('unlink', '/unlink.ts')),
  ]
  expect(writers.toSorted()).toEqual([
    'registry/manifests/manifest-store.ts',
    'registry/trash/delete-repository.ts',
    'registry/trash/move-to-trash.ts',
    'registry/trash/restore.ts',
    'registry/trash/soft-delete.ts',
  ])
  // What both deletions share: they ask before it.
  expect(await importersOf('moveToTrash', '/move-to-trash.ts')).toEqual([
    'registry/trash/delete-repository.ts',
    'registry/trash/soft-delete.ts',
  ])
  expect(
    [
      ...(await importersOf('refuseMoveOfProtected', '/protected-tags.ts')),
      ...(await importersOf('refuseIfProtected', '/protected-tags.ts')),
    ].toSorted(),
  ).toEqual([
    'registry/manifests/manifest-store.ts',
    'registry/trash/delete-repository.ts',
    // The plan of a restoration, which restore.ts follows.
    'registry/trash/restore-plan.ts',
    'registry/trash/soft-delete.ts',
  ])
})
