/** The last control of a table that had the focus, by its place. */
interface Place {
  readonly table: HTMLElement
  readonly control: HTMLElement
  /** `aria-rowindex` */
  readonly row: number
  /** Among the controls of its row. */
  readonly position: number
}

let last: Place | null = null

/** Times, which have their exact time for the keyboard, come last: rows have different ones. */
export const controlsOf = (row: Element): HTMLElement[] => [
  ...row.querySelectorAll<HTMLElement>('a[href], button:not([disabled]), input:not([disabled])'),
  ...row.querySelectorAll<HTMLElement>('time[tabindex]'),
]

export const rowsOf = (table: Element): HTMLElement[] => [
  ...table.querySelectorAll<HTMLElement>('tbody [aria-rowindex]'),
]

function note({ target }: FocusEvent): void {
  if (!(target instanceof HTMLElement)) return
  const row = target.closest('tbody [aria-rowindex]')
  const table = target.closest('table')
  // In a dialog over the table, its place is remembered.
  if (row === null || table === null) return
  const rowIndex = Number(row.getAttribute('aria-rowindex'))
  last = { table, control: target, row: rowIndex, position: controlsOf(row).indexOf(target) }
}

/** For tables whose rows may go, until the returned function is called. */
export function watchRowFocus(): () => void {
  document.addEventListener('focusin', note)
  return () => document.removeEventListener('focusin', note)
}

/**
 * Where the control that last had the focus is gone with its row: focuses the same control of the
 * row that took its place, or of the last row. False: there is none.
 */
export function focusNextRow(): boolean {
  if (last === null || last.control.isConnected || !last.table.isConnected) return false
  const { table, row, position } = last
  const rows = rowsOf(table).toSorted(
    (one, other) =>
      Number(one.getAttribute('aria-rowindex')) - Number(other.getAttribute('aria-rowindex')),
  )
  const next = rows.find((each) => Number(each.getAttribute('aria-rowindex')) >= row) ?? rows.at(-1)
  const control = next && controlsOf(next)[position]
  control?.focus({ preventScroll: true })
  return control !== undefined
}

/** After rows have changed: a person who pressed a button of a row that is gone is not lost. */
export function keepRowFocus(): void {
  if (document.activeElement === document.body) focusNextRow()
}
