import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlState } from '#adapters/sqlite/sql-state.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { shortDigest } from '#domain/values/digest.ts'
import type { RetentionPolicy } from '#domain/retention/policy.ts'
import { reasonInWords } from '#domain/retention/verdict-in-words.ts'
import type { Configuration } from '#hosts/server/configuration.ts'
import { nodeRuntime } from '#hosts/server/node-runtime.ts'
import { runningFileOf } from '#hosts/server/running-file.ts'
import { createRunningGuard } from '#services/retention/running/running-guard.ts'
import { summaryToWire, verdictToWire } from '#http/v0/retention/preview-to-wire.ts'
import { checkRetentionPolicy } from '#services/retention/policies.ts'
import { previewRetention, type Preview } from '#services/retention/preview.ts'
import type { PreviewRow, PreviewTotals } from '#services/retention/preview-summary.ts'
import { readStoredPulls } from '#services/retention/pull-recorder.ts'
import type { State } from '#state/state.ts'
import { copyState } from '../backup.ts'
import { openBucketToRead } from '../bucket-store.ts'
import type { CommandOutput } from '../collect.ts'
import type { RetentionPreviewCommand } from './retention-command.ts'
import { openStore } from '../open-registry.ts'
import { optimizeLater } from '../optimize-later.ts'
import { problemIn, readPolicyFile } from './policy-file.ts'

/** A text of each is printed at once; the output waits for its reader in between. */
const rowsAtOnce = 1000

const seesAll = (): boolean => true

/**
 * Reads the state of one moment, of whichever kind it is and also while a server writes it: in a
 * copy, which is removed then.
 */
async function withStateRead<T>(
  place: Pick<Configuration, 'dataFolder' | 'databaseURL'>,
  read: (state: State) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'jetsam-preview-'))
  try {
    const copy = join(folder, 'state.sqlite')
    await copyState(place, copy)
    const state = await openSqlState(copy)
    try {
      return await read(state)
    } finally {
      await state.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Null, and said: it cannot be read, or does not do what it expects. */
async function readDraft(
  file: string,
  complain: CommandOutput['complain'],
): Promise<RetentionPolicy | null> {
  const checked = checkRetentionPolicy(await readPolicyFile(file))
  if (checked.ok) return checked.value
  for (const problem of checked.refusal.problems) complain(problemIn(file, problem))
  return null
}

/**
 * Prints what rules would do with each tag, and what the next collection could free then. Changes
 * nothing, and needs no lock. Resolves to whether everything could be judged.
 */
export async function previewPolicy(
  { file, scope, atMs, json }: RetentionPreviewCommand,
  configuration: Configuration,
  output: CommandOutput,
): Promise<boolean> {
  optimizeLater()
  const draft = file === null ? null : await readDraft(file, output.complain)
  if (file !== null && draft === null) return false
  const { bucket, storageFolder } = configuration
  const { queries } = await (bucket ? openBucketToRead(bucket) : openStore(storageFolder, null))
  const preview = await withStateRead(configuration, (state) => {
    const pullRecorder = {
      recorded: (name: string) => readStoredPulls(state, name, nodeRuntime.pause),
    }
    const readRunningFile = runningFileOf(configuration)
    const running = createRunningGuard({ ...nodeRuntime, state, ...readRunningFile })
    const deps = { ...nodeRuntime, state, queries, pullRecorder, running }
    return previewRetention(deps, { scope, draft, atMs, isVisible: seesAll })
  })
  for (const piece of json ? asJSON(preview) : asText(preview)) await output.printed(piece)
  for (const { repository, reason } of preview.leftOut) {
    output.complain(`${repository} is left out, and keeps everything: ${reason}`)
  }
  return preview.leftOut.length === 0
}

/** As the API answers, but for an id and pages. */
function* asJSON(preview: Preview): Generator<string> {
  const { scope } = preview
  const summary = JSON.stringify({ scope, ...summaryToWire(preview, seesAll) })
  yield `${summary.slice(0, -1)},"verdicts":[`
  let before = ''
  for (const rows of inSlices(preview.rows, rowsAtOnce)) {
    yield before + rows.map((row) => JSON.stringify(verdictToWire(preview, row))).join(',\n')
    before = ','
  }
  yield ']}'
}

const nameOf = ({ repository, tag, digest }: PreviewRow): string =>
  tag === null ? `${repository}@${shortDigest(digest)}` : `${repository}:${tag}`

/** A line for each row, with the verdict first: easy to search and to sort. */
function lineOf(row: PreviewRow): string {
  const bytes = row.verdict === 'removed' ? ` (${formatByteSize(row.freedBytes)})` : ''
  return `${row.verdict.padEnd(9)}  ${nameOf(row)}${bytes}: ${reasonInWords(row)}`
}

function* asText(preview: Preview): Generator<string> {
  for (const rows of inSlices(preview.rows, rowsAtOnce)) yield rows.map(lineOf).join('\n')
  yield sumsOf(preview.totals)
  if (preview.inForce !== null) yield `the policies in force: ${sumsOf(preview.inForce)}`
}

function sumsOf({ verdicts, freedBytes }: PreviewTotals): string {
  const { removed, kept, unmatched } = verdicts
  return `${removed} removed, ${kept} kept, ${verdicts.protected} protected, ${unmatched} unmatched; the next collection could free ${formatByteSize(freedBytes)} then`
}
