import { resolve } from 'node:path'
import { parseRetentionScope, wholeRegistry, type RetentionScope } from '#domain/retention/scope.ts'
import { ok, type Result } from '#domain/values/result.ts'
import { oneState, wrong } from '../wrong-usage.ts'

/** Where images and state are, if not where the environment says. As they were given. */
interface DataPlaces {
  readonly storage: string | null
  readonly data: string | null
}

/** Checks the text of a policy. */
export interface RetentionTestCommand {
  readonly name: 'retention'
  readonly act: 'test'
  /** Absolute. */
  readonly file: string
  readonly json: boolean
}

/** Shows what rules would do, also while the server runs. */
export interface RetentionPreviewCommand extends DataPlaces {
  readonly name: 'retention'
  readonly act: 'preview'
  /** Absolute; instead of the policy of the scope. Null: the policies in force. */
  readonly file: string | null
  readonly scope: RetentionScope
  /** Null: now. */
  readonly atMs: number | null
  readonly json: boolean
}

/** Does what the policies in force say, while no server runs. */
export interface RetentionRunCommand extends DataPlaces {
  readonly name: 'retention'
  readonly act: 'run'
  readonly scope: RetentionScope
  readonly json: boolean
}

export type RetentionCommand = RetentionTestCommand | RetentionPreviewCommand | RetentionRunCommand

const retentionOptionsNotOf = {
  test: ['scope', 'at', 'storage', 'data'],
  preview: [],
  run: ['at'],
} as const

interface RetentionOptions {
  readonly json: boolean
  readonly scope?: string
  readonly at?: string
  readonly storage?: string
  readonly data?: string
}

/** Parses what stands after `jetsam retention`. */
export function parseRetention(
  [act, file]: readonly string[],
  values: RetentionOptions,
  workingFolder: string,
  databaseURL: string | null,
): Result<RetentionCommand> {
  const { json, at, storage = null, data = null } = values
  const name = 'retention'
  if (act !== 'test' && act !== 'preview' && act !== 'run') {
    return wrong('retention needs a word after it: test, preview or run')
  }
  for (const option of retentionOptionsNotOf[act]) {
    if (values[option] !== undefined) return wrong(`retention ${act} takes no --${option}`)
  }
  if (act === 'test') {
    if (file === undefined) return wrong('retention test needs FILE, a policy')
    return ok({ name, act, file: resolve(workingFolder, file), json })
  }
  if (data && databaseURL !== null) return wrong(oneState)
  const scope = parseRetentionScope(values.scope ?? wholeRegistry)
  if (!scope.ok) return wrong(`--scope: ${scope.refusal.message}`)
  const about = { name, scope: scope.value, json, storage, data } as const
  if (act === 'run') {
    if (file === undefined) return ok({ ...about, act })
    return wrong('retention run does what the policies in force say: save that of FILE first')
  }
  const atMs = at === undefined ? null : Date.parse(at)
  if (Number.isNaN(atMs)) return wrong('--at takes an instant such as 2026-01-31T12:00:00Z')
  const draft = file === undefined ? null : resolve(workingFolder, file)
  return ok({ ...about, act, file: draft, atMs })
}
