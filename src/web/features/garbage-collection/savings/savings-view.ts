/** The views of the savings; the ids stand in the URL as `?savings=table`. */
export const savingsViews = [
  { id: 'freed', label: 'Freed' },
  { id: 'cumulative', label: 'Total' },
  { id: 'stored', label: 'Stored' },
  { id: 'table', label: 'Table' },
] as const

export type SavingsView = (typeof savingsViews)[number]['id']
export type ChartView = Exclude<SavingsView, 'table'>

export const parseSavingsView = (id: string | null): SavingsView =>
  savingsViews.find((view) => view.id === id)?.id ?? 'freed'

export const inUseColor = 'light-dark(#9fb3c4, #4d6b84)'
export const reclaimableColor = 'light-dark(#c2570c, #f0975a)'
export const totalColor = 'light-dark(#0a6b75, #3fb6c9)'
