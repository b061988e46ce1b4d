import { tagConflicts, type RestoreRequest, type TagConflict } from '#contract/trash.ts'
import { parseTagName } from '#domain/values/tag-name.ts'
import { isApiError } from '#web/api/api-error.ts'

/** The tags in the way of a restore; null when it failed for another reason. */
export function conflictsOf(error: unknown): readonly TagConflict[] | null {
  if (!isApiError(error, 'TAG_EXISTS')) return null
  const detail = tagConflicts.safeParse(error.detail)
  return detail.success ? detail.data.conflicts : null
}

export const resolutions = ['rename', 'replace', 'skip'] as const
export type Resolution = (typeof resolutions)[number]

/** By tag, the name that it comes back under. */
export type NewNames = Readonly<Record<string, string>>

export const proposedNames = (conflicts: readonly TagConflict[]): NewNames =>
  Object.fromEntries(conflicts.map(({ name }) => [name, `${name}-restored`]))

/** Why a name cannot be taken; null when it can. */
export function newNameError(name: string, all: NewNames): string | null {
  const parsed = parseTagName(name)
  if (!parsed.ok) return `${parsed.refusal.message}.`.replace(/^a/, 'A')
  const isTwice = Object.values(all).filter((other) => other === name).length > 1
  return isTwice ? 'Two tags cannot have the same name.' : null
}

/** What to ask for, so that the tags in the way are dealt with as chosen. */
export function resolvedRequest(resolution: Resolution, newNames: NewNames): RestoreRequest {
  switch (resolution) {
    case 'rename':
      return { tags: newNames, onConflict: 'refuse' }
    case 'replace':
      return { onConflict: 'replace' }
    case 'skip':
      return { onConflict: 'skip' }
  }
}
