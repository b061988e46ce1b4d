import { parseRetentionPolicy } from '#domain/retention/parse-policy.ts'
import type { Rule } from '#domain/retention/policy.ts'
import { withoutRule } from '#domain/retention/editing/change-rules.ts'
import { idOnLine, withRule } from '#domain/retention/pruning/policy-with-rule.ts'
import {
  parsePruningRules,
  pruningRulesOf,
  type NoCounterpart,
  type PruningRule,
} from '#domain/retention/pruning/pruning-rule.ts'
import { ruleInWords } from '#domain/retention/rule-in-words.ts'
import type { RetentionScope } from '#domain/retention/scope.ts'
import { err, ok, type Refusal, type Result } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { State } from '#state/state.ts'
import type { Actor } from '../activity/actor.ts'
import type { EventDeps } from '../activity/record-activity.ts'
import type { BeforeChange } from '#registry/before-change.ts'
import {
  findRetentionPolicy,
  saveRetentionPolicy,
  type InvalidSavedPolicy,
  type NoSuchPolicy,
  type PolicyChanged,
  type RetentionDeps,
  type SavedRetentionPolicy,
} from './policies.ts'
import { previewRetention, type PreviewDeps } from './preview.ts'
import { policyFor } from './tag-protection.ts'

/** A rule of a repository that removes tags, as Docker Trusted Registry tells of it. */
export interface PruningPolicy {
  readonly id: string
  readonly rules: readonly PruningRule[]
}

/** It would change more than was asked for. */
export interface NotAlone extends Refusal {
  readonly code: 'INVALID_POLICY'
}

export type PruningRefusal =
  | NoCounterpart
  | NotAlone
  | InvalidSavedPolicy
  | PolicyChanged
  | NoSuchPolicy

export interface PruningChange {
  readonly repository: RepositoryName
  readonly actor: Actor
  readonly beforeChange?: BeforeChange
}

export interface PrunedTag {
  readonly name: string
  readonly digest: string
}

type ChangeDeps = EventDeps & RetentionDeps & { readonly state: State }

const scopeOf = (repository: RepositoryName) => repository as string as RetentionScope
const notAlone = (message: string): { readonly ok: false; readonly refusal: NotAlone } =>
  err({ code: 'INVALID_POLICY', message })

interface Listed extends PruningPolicy {
  /** Which of the rules of the text. */
  readonly at: number
  readonly rule: Rule
}

/** A rule that a person wrote has the hash of its words; of two that say the same, the later one more. */
function listed(text: string, rules: readonly Rule[]): readonly Listed[] {
  const taken = new Set<string>()
  return rules.flatMap((rule, at) => {
    const conditions = pruningRulesOf(rule)
    if (conditions === null) return []
    const own = idOnLine(text, rule.line) ?? hashOf(ruleInWords(rule))
    let id = own
    for (let copy = 2; taken.has(id); copy += 1) id = `${own}-${copy}`
    taken.add(id)
    return [{ id, rules: conditions, at, rule }]
  })
}

/** FNV-1a, of 32 bits: it only has to tell the rules of one policy apart. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

/** Null: the repository has none of its own, or one that cannot be read. */
async function ownPolicy(
  deps: RetentionDeps,
  repository: RepositoryName,
): Promise<Result<SavedRetentionPolicy | null, NotAlone>> {
  const deciding = await policyFor(deps, repository)
  if (deciding === null) return ok(null)
  if (deciding.scope !== repository) {
    return notAlone(
      `the policy of ${deciding.scope} decides for ${repository}, with all that it protects and keeps, and would not any more: change that one, or save a policy of ${repository} first (PUT /api/v0/retention/policies/${repository})`,
    )
  }
  if (!deciding.policy.ok) return notAlone(deciding.policy.refusal.message)
  return ok(deciding)
}

/** The rules of the repository's own policy that have a counterpart. */
export async function listPruningPolicies(
  deps: RetentionDeps,
  repository: RepositoryName,
): Promise<readonly PruningPolicy[]> {
  const saved = await findRetentionPolicy(deps, repository)
  if (saved === null || !saved.policy.ok) return []
  return listed(saved.text, saved.policy.value.rules)
}

/** A text that says what was asked for and nothing else, as far as it can be told. */
function checkedText(
  written: Result<string>,
  before: readonly Rule[],
  expected: number,
): Result<string, NotAlone> {
  const refusal = notAlone(
    'the policy of this repository is written in a form that cannot be changed so: use PUT /api/v0/retention/policies',
  )
  if (!written.ok) return refusal
  const after = parseRetentionPolicy(written.value)
  // What is wrong with it is told when it is saved.
  if (!after.ok) return written
  const words = new Set(after.value.rules.map(ruleInWords))
  const lost = before.filter((rule) => !words.has(ruleInWords(rule)))
  return after.value.rules.length === expected && lost.length === 0 ? written : refusal
}

interface Edit {
  readonly saved: SavedRetentionPolicy | null
  readonly rules: readonly Rule[]
  readonly listed: readonly Listed[]
}

async function openToChange(
  deps: RetentionDeps,
  repository: RepositoryName,
): Promise<Result<Edit, NotAlone>> {
  const own = await ownPolicy(deps, repository)
  if (!own.ok) return own
  const saved = own.value
  const rules = saved?.policy.ok ? saved.policy.value.rules : []
  return ok({ saved, rules, listed: saved ? listed(saved.text, rules) : [] })
}

async function save(
  deps: ChangeDeps,
  { repository, actor, beforeChange }: PruningChange,
  { saved }: Edit,
  text: string,
): Promise<Result<SavedRetentionPolicy, InvalidSavedPolicy | PolicyChanged>> {
  return await saveRetentionPolicy(deps, text, {
    scope: scopeOf(repository),
    expectedVersion: saved?.version ?? 0,
    actor,
    ...(beforeChange && { beforeChange }),
  })
}

/**
 * Adds a rule to the repository's own policy, or replaces one of it, and leaves everything else in
 * the text.
 *
 * @param replacedID null: it is added
 */
export async function savePruningPolicy(
  deps: ChangeDeps,
  asked: readonly PruningRule[],
  replacedID: string | null,
  change: PruningChange,
): Promise<Result<PruningPolicy, PruningRefusal>> {
  const selector = parsePruningRules(asked)
  if (!selector.ok) return selector
  const edit = await openToChange(deps, change.repository)
  if (!edit.ok) return edit
  const { saved, rules } = edit.value
  const replaced = edit.value.listed.find(({ id }) => id === replacedID) ?? null
  if (replacedID !== null && replaced === null) return noSuchPolicy(change.repository, replacedID)
  const id = replacedID ?? deps.createId()
  const at = replaced?.at ?? null
  const written = withRule(saved?.text ?? null, at, { selector: selector.value, id })
  const others = rules.filter((_, position) => position !== at)
  const text = checkedText(written, others, others.length + 1)
  if (!text.ok) return text
  const done = await save(deps, change, edit.value, text.value)
  if (!done.ok) return done
  const policy = (await listPruningPolicies(deps, change.repository)).find((one) => one.id === id)
  return ok(policy ?? { id, rules: asked })
}

export function noSuchPolicy(
  repository: RepositoryName,
  id: string,
): { readonly ok: false; readonly refusal: NoSuchPolicy } {
  return err({ code: 'NO_SUCH_POLICY', message: `${repository} has no pruning policy ${id}` })
}

/** The policy stays, if without a rule: that of a wider scope must not decide all of a sudden. */
export async function removePruningPolicy(
  deps: ChangeDeps,
  id: string,
  change: PruningChange,
): Promise<Result<null, PruningRefusal>> {
  const edit = await openToChange(deps, change.repository)
  if (!edit.ok) return edit
  const { saved, rules } = edit.value
  const removed = edit.value.listed.find((one) => one.id === id)
  if (saved === null || removed === undefined) return noSuchPolicy(change.repository, id)
  const others = rules.filter((_, position) => position !== removed.at)
  const text = checkedText(withoutRule(saved.text, removed.at), others, others.length)
  if (!text.ok) return text
  const done = await save(deps, change, edit.value, text.value)
  return done.ok ? ok(null) : done
}

/** The tags that such a rule alone would remove, beside what is protected and kept there. */
export async function testPruningPolicy(
  deps: PreviewDeps,
  asked: readonly PruningRule[],
  repository: RepositoryName,
): Promise<Result<readonly PrunedTag[], PruningRefusal>> {
  const selector = parsePruningRules(asked)
  if (!selector.ok) return selector
  const edit = await openToChange(deps, repository)
  if (!edit.ok) return edit
  const written = withRule(null, null, { selector: selector.value, id: 'test' })
  if (!written.ok) return notAlone(written.refusal.message)
  const alone = parseRetentionPolicy(written.value)
  if (!alone.ok) return err({ ...alone.refusal, expectations: [] })
  const keeping = edit.value.rules.filter(({ verb }) => verb !== 'remove')
  const { rows, leftOut } = await previewRetention(deps, {
    scope: scopeOf(repository),
    draft: { rules: [...alone.value.rules, ...keeping], expectations: [] },
    atMs: null,
    isVisible: (name) => name === repository,
  })
  const [gap] = leftOut
  if (gap !== undefined) return notAlone(`${repository} cannot be judged: ${gap.reason}`)
  return ok(
    rows.flatMap(({ verdict, tag, digest }) =>
      verdict === 'removed' && tag !== null ? [{ name: tag, digest }] : [],
    ),
  )
}
