import { checkExpectations, type ExpectationOutcome } from '#domain/retention/expectations.ts'
import { parseRetentionPolicy } from '#domain/retention/parse-policy.ts'
import type { RetentionPolicy } from '#domain/retention/policy.ts'
import type { InvalidPolicy } from '#domain/retention/policy-text.ts'
import type { RetentionScope } from '#domain/retention/scope.ts'
import { err, ok, type Refusal, type Result } from '#domain/values/result.ts'
import type { BeforeChange } from '#registry/before-change.ts'
import type { RetentionPolicies, StoredPolicyVersion } from '#state/retention-policies.ts'
import type { State } from '#state/state.ts'
import type { Actor } from '../activity/actor.ts'
import { createEvent, type EventDeps } from '../activity/record-activity.ts'

/** The rules of this version of Jetsam. */
const currentFormat = 1

/** A policy that was saved, as this version reads it. */
export interface SavedRetentionPolicy extends StoredPolicyVersion {
  readonly text: string
  /** Why it cannot be read: another version wrote it, or the state is damaged. */
  readonly policy: Result<RetentionPolicy>
}

export interface InvalidSavedPolicy extends InvalidPolicy {
  /** Those that do not hold. */
  readonly expectations: readonly ExpectationOutcome[]
}

/** Another save came first. */
export interface PolicyChanged extends Refusal {
  readonly code: 'POLICY_CHANGED'
  /** What is there now; null: nothing. */
  readonly current: SavedRetentionPolicy | null
  /** What was to be saved; null: it was to be removed. */
  readonly yours: string | null
}

export interface NoSuchPolicy extends Refusal {
  readonly code: 'NO_SUCH_POLICY'
}

export interface PolicyChange {
  readonly scope: RetentionScope
  /** The version that the caller saw, 0 for none; null: whichever there is. */
  readonly expectedVersion: number | null
  readonly actor: Actor
  readonly beforeChange?: BeforeChange
}

export interface RetentionDeps {
  readonly state: { readonly retentionPolicies: Pick<RetentionPolicies, 'newest' | 'newestOf'> }
}

type ChangeDeps = EventDeps & { readonly state: State }

/** Reads what was saved. What cannot be read is no policy without rules: see `policy`. */
export function readSavedPolicy(stored: StoredPolicyVersion): SavedRetentionPolicy | null {
  const { text, format } = stored
  if (text === null) return null
  const policy =
    format === currentFormat
      ? parseRetentionPolicy(text)
      : err({ code: 'INVALID_POLICY', message: `it has rules of another version (${format})` })
  return { ...stored, text, policy }
}

/** Those of all scopes that have one. */
export async function listRetentionPolicies({
  state,
}: RetentionDeps): Promise<readonly SavedRetentionPolicy[]> {
  const newest = await state.retentionPolicies.newest()
  return newest.flatMap((stored) => readSavedPolicy(stored) ?? [])
}

export async function findRetentionPolicy(
  { state }: RetentionDeps,
  scope: string,
): Promise<SavedRetentionPolicy | null> {
  const [stored] = await state.retentionPolicies.newestOf([scope])
  return stored === undefined ? null : readSavedPolicy(stored)
}

/** Checks a text as it is checked when it is saved: its rules, and what it expects of them. */
export function checkRetentionPolicy(text: string): Result<RetentionPolicy, InvalidSavedPolicy> {
  const parsed = parseRetentionPolicy(text)
  if (!parsed.ok) return err({ ...parsed.refusal, expectations: [] })
  const failed = checkExpectations(parsed.value).filter(({ holds }) => !holds)
  if (failed.length === 0) return parsed
  const problems = failed.map(({ expectation, verdict, rule }) => ({
    line: expectation.line,
    column: 1,
    message: `${expectation.tag ?? 'an untagged image'} is expected to be ${expectation.is}, and is ${verdict}${rule === null ? '' : ` by line ${rule.line}`}`,
  }))
  const [first] = problems
  const message = `line ${first?.line}: ${first?.message}`
  return err({ code: 'INVALID_POLICY', message, problems, expectations: failed })
}

/** Saves a policy that reads well and does what it says it does. */
export async function saveRetentionPolicy(
  deps: ChangeDeps,
  text: string,
  change: PolicyChange,
): Promise<Result<SavedRetentionPolicy, InvalidSavedPolicy | PolicyChanged>> {
  const checked = checkRetentionPolicy(text)
  if (!checked.ok) return checked
  const changed = await addVersion(deps, change, text, checked.value.rules.length)
  if (!changed.ok) return changed
  return ok({ ...changed.value, text, policy: checked })
}

/** The scopes around it decide then. Their versions, and its own, stay. */
export async function removeRetentionPolicy(
  deps: ChangeDeps,
  change: PolicyChange,
): Promise<Result<null, PolicyChanged | NoSuchPolicy>> {
  const { scope } = change
  if ((await findRetentionPolicy(deps, scope)) === null) {
    const message = `there is no retention policy of ${scope} itself`
    return err({ code: 'NO_SUCH_POLICY', message })
  }
  const changed = await addVersion(deps, change, null, null)
  return changed.ok ? ok(null) : changed
}

/** Of two that see the same version and save at once, the second is refused with both. */
async function addVersion(
  deps: ChangeDeps,
  { scope, expectedVersion, actor, beforeChange }: PolicyChange,
  text: string | null,
  rules: number | null,
): Promise<Result<StoredPolicyVersion, PolicyChanged>> {
  await beforeChange?.()
  const [newest] = await deps.state.retentionPolicies.newestOf([scope])
  const current = newest === undefined ? null : readSavedPolicy(newest)
  const isExpected = expectedVersion === null || expectedVersion === (current?.version ?? 0)
  const version: StoredPolicyVersion = {
    scope,
    version: (newest?.version ?? 0) + 1,
    text,
    format: currentFormat,
    savedAtMs: deps.clock.nowMs(),
    savedBy: actor.name,
  }
  const data = { scope, version: version.version, rules }
  const isSaved =
    isExpected &&
    (await deps.state.transaction(async ({ retentionPolicies, activity }) => {
      if (!(await retentionPolicies.add(version))) return false
      await activity.record(createEvent(deps, 'retention policy changed', actor, data))
      return true
    }))
  if (isSaved) return ok(version)
  return err({
    code: 'POLICY_CHANGED',
    message: `the retention policy of ${scope} was changed by another save: look at both, and save again`,
    current: await findRetentionPolicy(deps, scope),
    yours: text,
  })
}
