import { inSlices } from '#domain/values/in-slices.ts'
import { runCollection, type Collection } from '#gc/run.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { CollectCommand } from './command-line.ts'
import { optimizeLater } from './optimize-later.ts'
import { nodeRuntime } from '#hosts/server/node-runtime.ts'
import type { Registry } from '#registry/registry.ts'
import { bucketNamedBy, openBucketToRead, whileBucketIsHeld } from './bucket-store.ts'
import { openStore, whileLocked } from './open-registry.ts'
import { bucketRemovals } from '#hosts/server/open-bucket.ts'
import { storageReserve } from '#hosts/server/reserves.ts'

type Print = (line: string) => void

export interface CommandOutput {
  readonly print: Print
  /** Like `print`, but resolves when the line is written, or can never be. */
  readonly printed: (line: string) => Promise<void>
  readonly complain: Print
}

/** Digests per printed piece, one per line: half a million blobs make much text. */
const digestsAtOnce = 1000

/** The output of `--json`: one JSON text in pieces. A dry run has marked and removed nothing. */
function* summarize({ result, plan }: Collection, seconds: number): Generator<string> {
  const summary = {
    bytesFreed: result.removed.bytes,
    blobs: { marked: result.planned.layers, removed: result.removed.layers },
    manifests: { marked: result.planned.manifests, removed: result.removed.manifests },
    byCause: result.byCause,
    seconds,
  }
  yield `${JSON.stringify(summary).slice(0, -1)},"removed":[`
  // What was removed; for a dry run, what a run would remove.
  let before = ''
  for (const blobs of inSlices(plan?.items.ofStep('blob') ?? [], digestsAtOnce)) {
    yield before + blobs.map(({ digest }) => JSON.stringify(digest)).join(',\n')
    before = ','
  }
  yield ']}'
}

/** Opens the store, to read it for a plan; else while no server and no other command can touch it. */
async function withStore(
  { storageFolder, dryRun }: CollectCommand,
  complain: Print,
  run: (registry: Registry) => Promise<Collection>,
): Promise<Collection> {
  const bucket = bucketNamedBy(storageFolder)
  // A plan only reads, so a server may run at the same time.
  if (dryRun) {
    return await run(await (bucket ? openBucketToRead(bucket) : openStore(storageFolder, null)))
  }
  const holding = {
    what: 'jetsam collect',
    onLost(reason: string) {
      complain(`stopped before the next removal: ${reason}`)
      process.exit(1)
    },
    onWait: complain,
  }
  const recoverAndRun = async (registry: Registry): Promise<Collection> => {
    await registry.trash.recover()
    return await run(registry)
  }
  if (bucket) return await whileBucketIsHeld(bucket, holding, recoverAndRun)
  const reserve = storageReserve(storageFolder)
  return await whileLocked(storageFolder, { ...holding, reserve }, async (lease) =>
    recoverAndRun(await openStore(storageFolder, lease, reserve)),
  )
}

/** Plans or runs one collection without a server. Resolves to whether all of it succeeded. */
export async function collect(
  command: CollectCommand,
  { print, printed, complain }: CommandOutput,
): Promise<boolean> {
  optimizeLater()
  const { clock, pause } = nodeRuntime
  const startedMs = clock.nowMs()
  const signal = { aborted: false }
  for (const asked of ['SIGINT', 'SIGTERM']) {
    process.once(asked, () => {
      signal.aborted = true
    })
  }
  const run = (registry: Registry): Promise<Collection> =>
    runCollection({
      reader: registry.reader,
      remover: registry.remover,
      writers: null,
      clock,
      pause,
      policy: {
        ...defaultCollectionPolicy,
        collectUntagged: command.collectUntagged,
        acceptSparseIndexes: command.acceptSparseIndexes,
        timeLimitMinutes: command.timeLimitMinutes,
      },
      dryRun: command.dryRun,
      withoutStoredParts: true,
      ...(bucketNamedBy(command.storageFolder) && bucketRemovals),
      signal,
      emit: (event) => {
        if (event.kind === 'log' && !command.json && event.level !== 'debug') print(event.message)
        if (
          event.kind === 'log' &&
          command.json &&
          event.level !== 'debug' &&
          event.level !== 'info'
        ) {
          complain(event.message)
        }
      },
    })
  const collection = await withStore(command, complain, run)
  const { result } = collection
  const seconds = (clock.nowMs() - startedMs) / 1000
  if (command.json) {
    // A pipe accepts data as fast as its reader reads. Without waiting, all of the output would be
    // in memory.
    for (const piece of summarize(collection, seconds)) await printed(piece)
  } else {
    const { bytes, layers, manifests } = command.dryRun ? result.planned : result.removed
    print(
      `${command.dryRun ? 'would free up to' : 'freed'} ${formatByteSize(bytes)}: ${layers} layers, ${manifests} manifests, in ${seconds.toFixed(1)} s`,
    )
    for (const failure of result.failures) complain(`${failure.subject}: ${failure.reason}`)
  }
  return result.failures.length === 0
}
