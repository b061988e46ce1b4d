import type { CollectAct, HistoryAct } from './history-acts.ts'
import { isHeld, keptIn, type HistoryState, type Rule } from './history-state.ts'

const hourMs = 3_600_000

export const ruleOf = ({ untaggedHours }: CollectAct, nowMs: number): Rule => ({
  nowMs,
  untaggedAgeMs: untaggedHours === null ? null : untaggedHours * hourMs,
})

/** One act, with the states before and after it. */
export interface Episode {
  readonly before: HistoryState
  /** The state before, and just after what happened during a collection. */
  readonly states: readonly HistoryState[]
  readonly after: HistoryState
  readonly act: HistoryAct
  /** By the registry's clock, afterwards. */
  readonly nowMs: number
  /** What other software unlinked during it: `app@sha256:…`. */
  readonly unlinked: ReadonlySet<string>
}

/** What an act removed that it must not remove, in words. */
export function lossesIn({ before, states, after, act, nowMs, unlinked }: Episode): string[] {
  const losses: string[] = []
  const doesDelete = ['delete', 'delete repository', 'restore', 'collect'].includes(act.kind)
  // The next act in a repository finishes a failed one: its tags come and go then.
  const unfinished = new Set(
    [...before.trash.values()].flatMap(({ state, repository }) =>
      state === 'deleting' || state === 'restoring' ? [repository] : [],
    ),
  )
  const trashed = new Set(
    [...after.trash.values()].flatMap(({ state, manifests }) =>
      state === 'claimed' ? [] : manifests.map(({ digest }) => digest),
    ),
  )
  for (const [name, { tags, revisions }] of before.repositories) {
    const now = after.repositories.get(name)
    const keptInEach =
      act.kind === 'collect'
        ? states.map((state) => keptIn(state, name, ruleOf(act, nowMs)))
        : [new Set(revisions.keys())]
    for (const digest of revisions.keys()) {
      if (now?.revisions.has(digest) || trashed.has(digest)) continue
      if (unlinked.has(`${name}@${digest}`)) continue
      if (keptInEach.every((kept) => kept.has(digest))) losses.push(`${name}@${digest}`)
    }
    for (const [tag, digest] of tags) {
      if (now?.tags.get(tag) === digest || unlinked.has(`${name}@${digest}`)) continue
      const mayMove = 'tag' in act && act.tag === tag && act.repository === name
      const mayAttach = act.kind === 'attach' && tag.startsWith('sha256-')
      const mayGo = doesDelete && (trashed.has(digest) || wasAskedFor(act, name))
      if (!mayMove && !mayAttach && !mayGo && !unfinished.has(name))
        losses.push(`${name}:${tag} ${digest}`)
    }
  }
  for (const [id, entry] of before.trash) {
    const now = after.trash.get(id)
    const stays = now !== undefined && (now.state !== 'claimed' || entry.state === 'claimed')
    const mayBeTaken = act.kind === 'collect' && act.meanwhile?.act.kind === 'forever'
    if (stays || mayBeTaken || (act.kind === 'collect' && !isHeld(entry, nowMs))) continue
    const linked = after.repositories.get(entry.repository)?.revisions
    const isBack = entry.manifests.every(({ digest }) => linked?.has(digest) || trashed.has(digest))
    const mayReturn = ['restore', 'collect'].includes(act.kind) || entry.state === 'restoring'
    if (!mayReturn || !isBack) losses.push(`trash ${id}`)
  }
  return losses
}

/** Whether an act, or what happens during it, deletes tags of a repository. */
const wasAskedFor = (act: HistoryAct, name: string): boolean => {
  const deletion = act.kind === 'collect' ? act.meanwhile?.act : act
  if (deletion?.kind === 'restore' || deletion?.kind === 'snatch') return true
  const isDeletion = deletion?.kind === 'delete' || deletion?.kind === 'delete repository'
  return isDeletion && deletion.repository === name
}

/**
 * The promised retention of each deleted image, by the time that really passes: setting the
 * registry's clock back must not shorten it.
 */
export function createPromises() {
  const untilMs = new Map<string, number>()
  let reallyMs = 0

  return {
    pass(ms: number): void {
      reallyMs += ms
    },
    /** The promises that an act broke, in words. */
    broken({ before, after, act, nowMs }: Episode): string[] {
      const meanwhile = act.kind === 'collect' ? act.meanwhile?.act : act
      for (const [id, { heldUntilMs }] of after.trash) {
        const isOther = before.trash.get(id)?.heldUntilMs !== heldUntilMs
        if (!untilMs.has(id) || (meanwhile?.kind === 'forever' && isOther))
          untilMs.set(id, reallyMs + heldUntilMs - nowMs)
      }
      if (act.kind !== 'collect') return []
      return [...before.trash].flatMap(([id, { repository, manifests }]) => {
        const now = after.trash.get(id)
        const isTaken = now === undefined || now.state === 'claimed'
        const linked = after.repositories.get(repository)?.revisions
        const isBack = manifests.every(({ digest }) => linked?.has(digest))
        const wasGivenUp = meanwhile?.kind === 'forever'
        if (!isTaken || isBack || wasGivenUp || reallyMs >= (untilMs.get(id) ?? 0)) return []
        return [`trash ${id} was taken before its time`]
      })
    },
  }
}
