/** The views of the savings; the ids stand in the URL as `?savings=stored`. */
export const savingsViews = [
  { id: 'freed', label: 'Freed' },
  { id: 'cumulative', label: 'Total' },
  { id: 'stored', label: 'Stored' },
] as const

export type SavingsView = (typeof savingsViews)[number]['id']

export const readSavingsView = (id: string | null): SavingsView =>
  savingsViews.find((view) => view.id === id)?.id ?? 'freed'

/** `?as=table`; an address of an earlier version says `?savings=table`. */
export const isTable = (parameters: URLSearchParams): boolean =>
  parameters.get('as') === 'table' || parameters.get('savings') === 'table'
