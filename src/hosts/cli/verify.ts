import { verifyStore } from '#gc/verify/verify.ts'
import type { VerifyCommand } from './command-line.ts'
import { nodePlatform } from '#hosts/server/node-platform.ts'
import { openStore } from '#hosts/server/open-store.ts'

/** Checks that every tag is whole. Resolves to whether all are. */
export async function verify(
  command: VerifyCommand,
  print: (line: string) => void,
): Promise<boolean> {
  const { clock, pause } = nodePlatform
  const { reader, storedDigest } = await openStore(command.storageFolder, null)
  const {
    tags,
    wholeTags,
    broken,
    unread = [],
  } = await verifyStore({
    reader,
    clock,
    pause,
    ...(command.full ? { storedDigest } : {}),
  })
  if (command.json) print(JSON.stringify({ tags, wholeTags, broken, unread }))
  else {
    print(`${wholeTags} of ${tags} tags verified`)
    for (const { repository, reason } of unread) print(`${repository}: ${reason}`)
    for (const { repository, tag, reason } of broken) print(`${repository}:${tag}: ${reason}`)
  }
  return wholeTags === tags && unread.length === 0
}
