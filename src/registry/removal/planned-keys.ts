import type { CondemnedKey } from '#coordination/blob-leases.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import { parseRepositoryName } from '#domain/values/repository-name.ts'
import { blobFolder, layerFolder, revisionFolder } from '../layout.ts'

/** What of a plan a client may rely on. What cannot be parsed is not removed either. */
export function* keysOf(items: Iterable<PlannedRemoval>): Generator<CondemnedKey> {
  for (const { step, digest, repository } of items) {
    if (digest === null) continue
    if (step === 'blob') yield { digest, folder: blobFolder(digest) }
    if (step !== 'revision' && step !== 'layer-link') continue
    const parsed = parseRepositoryName(repository)
    if (!parsed.ok) continue
    const folderOf = step === 'revision' ? revisionFolder : layerFolder
    yield { digest, folder: folderOf(parsed.value, digest) }
  }
}
