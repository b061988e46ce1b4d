import { tagConflicts, type RestoreRequest, type TagConflict } from '#contract/images/trash.ts'
import { parseTagName } from '#domain/values/tag-name.ts'
import { isApiError } from '#web/api/api-error.ts'

/** The tags that conflict with a restore; null if it failed for another reason. */
export function conflictsOf(error: unknown): readonly TagConflict[] | null {
  if (!isApiError(error, 'TAG_EXISTS')) return null
  const detail = tagConflicts.safeParse(error.detail)
  return detail.success ? detail.data.conflicts : null
}

export const resolutions = ['rename', 'replace', 'skip'] as const
export type Resolution = (typeof resolutions)[number]

/** By tag, the new name under which it comes back. */
export type NewNames = Readonly<Record<string, string>>

export const proposedNames = (conflicts: readonly TagConflict[]): NewNames =>
  Object.fromEntries(conflicts.map(({ name }) => [name, `${name}-restored`]))

/** Why a name is not possible; null if it is. */
export function newNameError(name: string, all: NewNames): string | null {
  const parsed = parseTagName(name)
  if (!parsed.ok) return `${parsed.refusal.message}.`.replace(/^a/, 'A')
  const isTwice = Object.values(all).filter((other) => other === name).length > 1
  return isTwice ? 'Two tags cannot have the same name.' : null
}

/** The request that resolves the conflicts as the person chose. */
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
