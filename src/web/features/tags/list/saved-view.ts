/** A combination of filters and order, kept in this browser under a name. */
export interface SavedView {
  readonly name: string
  /** Null: it is offered in every repository. */
  readonly repository: string | null
  /** The parameters of the address that make it. */
  readonly parameters: Readonly<Record<string, string>>
}

/** What a view holds of the address: not where the list starts, nor what is open. */
const saved = ['filter', 'older', 'pulled', 'verdict', 'frees', 'platform', 'sort'] as const

const isSaved = (key: string): boolean => (saved as readonly string[]).includes(key)

const mostViews = 100
const longestName = 60

const isText = (value: unknown): value is string => typeof value === 'string'

function readOne(value: unknown): SavedView[] {
  if (typeof value !== 'object' || value === null) return []
  const { name, repository, parameters } = value as Record<string, unknown>
  if (!isText(name) || !(repository === null || isText(repository))) return []
  if (typeof parameters !== 'object' || parameters === null) return []
  const given = parameters as Record<string, unknown>
  const kept = saved.flatMap((key) => (isText(given[key]) ? [[key, given[key]] as const] : []))
  return [{ name, repository, parameters: Object.fromEntries(kept) }]
}

/** What is stored may be of another version, or damaged: what cannot be read is left out. */
export function readSavedViews(text: string | undefined): readonly SavedView[] {
  if (text === undefined) return []
  try {
    const stored: unknown = JSON.parse(text)
    return Array.isArray(stored) ? stored.flatMap(readOne).slice(0, mostViews) : []
  } catch {
    return []
  }
}

/** Those that are offered in a repository, by name. */
export const viewsFor = (views: readonly SavedView[], repository: string): readonly SavedView[] =>
  views
    .filter((view) => view.repository === null || view.repository === repository)
    .toSorted((one, other) => one.name.localeCompare(other.name))

export const parametersOf = (address: URLSearchParams): Record<string, string> =>
  Object.fromEntries([...address].filter(([key, value]) => isSaved(key) && value !== ''))

/** The change of the address that shows a view. */
export const addressOf = ({ parameters }: SavedView): Record<string, string | null> => ({
  ...Object.fromEntries(saved.map((key) => [key, parameters[key] ?? null])),
  at: null,
})

export const isShown = (view: SavedView, address: URLSearchParams): boolean =>
  saved.every((key) => (view.parameters[key] ?? '') === (address.get(key) ?? ''))

/** Why a name cannot be given to a view; null: it can. */
export function nameProblem(
  name: string,
  views: readonly SavedView[],
  renamed: SavedView | null,
): string | null {
  const given = name.trim()
  if (given === '') return 'Give it a name'
  if (given.length > longestName) return `At most ${longestName} characters`
  const isTaken = views.some((view) => view !== renamed && view.name === given)
  return isTaken ? 'Another view has this name' : null
}
