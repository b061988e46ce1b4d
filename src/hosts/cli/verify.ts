import { verifyStore } from '#gc/verify/verify.ts'
import type { VerifyCommand } from './command-line.ts'
import { optimizeLater } from './optimize-later.ts'
import { nodeRuntime } from '#hosts/server/node-runtime.ts'
import { bucketNamedBy, openBucketToRead } from './bucket-store.ts'
import { openStore } from './open-registry.ts'

/** Checks that every tag is whole. Resolves to whether all are. */
export async function verify(
  command: VerifyCommand,
  print: (line: string) => void,
): Promise<boolean> {
  optimizeLater()
  const { clock, pause } = nodeRuntime
  const bucket = bucketNamedBy(command.storageFolder)
  const { reader, storedDigest } = await (bucket
    ? openBucketToRead(bucket)
    : openStore(command.storageFolder, null))
  const {
    tags,
    wholeTags,
    broken,
    unread = [],
    absentPlatforms = 0,
  } = await verifyStore({
    reader,
    clock,
    pause,
    acceptSparseIndexes: command.acceptSparseIndexes,
    ...(command.full ? { storedDigest } : {}),
  })
  if (command.json) print(JSON.stringify({ tags, wholeTags, broken, unread, absentPlatforms }))
  else {
    print(`${wholeTags} of ${tags} tags verified${inWords(absentPlatforms)}`)
    for (const { repository, reason } of unread) print(`${repository}: ${reason}`)
    for (const { repository, tag, reason } of broken) print(`${repository}:${tag}: ${reason}`)
  }
  return wholeTags === tags && unread.length === 0
}

function inWords(absentPlatforms: number): string {
  if (absentPlatforms === 0) return ''
  if (absentPlatforms === 1) return '; 1 platform that an index lists is not here'
  return `; ${absentPlatforms} platforms that indexes list are not here`
}
