import { controlsOf, rowsOf } from './row-focus.ts'

/** What keys do beside those of the browser; for the list of keys too. */
export const tableKeys = [
  { keys: ['j', '↓'], words: 'Next row' },
  { keys: ['k', '↑'], words: 'Row before' },
  { keys: ['←', '→'], words: 'Within a row' },
  { keys: ['x'], words: 'Select; with Shift up to here' },
  { keys: ['Enter'], words: 'Open' },
  { keys: ['#', 'Del'], words: 'Delete' },
  { keys: ['/'], words: 'Filter' },
  { keys: ['?'], words: 'This list' },
] as const

const indexOf = (row: Element | undefined): number => Number(row?.getAttribute('aria-rowindex'))

/** The control that a row is entered at: its link. */
const entryOf = (row: Element): HTMLElement | undefined =>
  row.querySelector<HTMLElement>('th a[href]') ?? controlsOf(row)[0]

const isTyped = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.matches('input:not([type=checkbox]), textarea, select, [contenteditable=true]')

function focus(row: HTMLElement | undefined, at: number): void {
  if (!row) return
  row.scrollIntoView({ block: 'nearest' })
  const control = at === -1 ? entryOf(row) : (controlsOf(row)[at] ?? entryOf(row))
  control?.focus({ preventScroll: true })
}

/** True: the key was for the row. */
function act(key: string, row: HTMLElement, hasShift: boolean): boolean {
  const controls = controlsOf(row)
  const at = controls.indexOf(document.activeElement as HTMLElement)
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      controls[at + (key === 'ArrowLeft' ? -1 : 1)]?.focus()
      return true
    case 'x':
    case 'X': {
      const click = new MouseEvent('click', { bubbles: true, shiftKey: hasShift })
      row.querySelector('input[type=checkbox]')?.dispatchEvent(click)
      return true
    }
    case '#':
    case 'Delete':
      row.querySelector<HTMLElement>('[data-row-delete]')?.click()
      return true
    case 'Enter':
      if (!(document.activeElement instanceof HTMLInputElement)) return false
      entryOf(row)?.click()
      return true
    default:
      return false
  }
}

/**
 * Makes a table one stop of Tab, with keys to move in it and to act on a row.
 *
 * @param label the accessible name of the table, which may come later and change its rows
 * @returns ends it
 */
export function attachTableKeys(label: string, onHelp: () => void): () => void {
  /** The row that Tab leads to, by its place, and the control that was used last in a row. */
  let current = 0
  let position = -1
  let frame = 0
  const findTable = () => document.querySelector(`table[aria-label="${CSS.escape(label)}"]`)

  const rows = (): HTMLElement[] => {
    const table = findTable()
    return table === null ? [] : rowsOf(table)
  }

  function refresh(): void {
    frame = 0
    const all = rows()
    const entered = all.find((row) => indexOf(row) === current) ?? all[0]
    for (const row of all) {
      const entry = row === entered ? entryOf(row) : undefined
      for (const control of controlsOf(row)) control.tabIndex = control === entry ? 0 : -1
    }
  }
  const refreshSoon = (): void => void (frame ||= requestAnimationFrame(refresh))

  function firstInSight(all: readonly HTMLElement[]): HTMLElement | undefined {
    const top = findTable()?.querySelector('thead')?.getBoundingClientRect().bottom ?? 0
    return all.find((row) => row.getBoundingClientRect().top >= top) ?? all[0]
  }

  const rowOf = (target: EventTarget | null): HTMLElement | null => {
    const row =
      target instanceof Element ? target.closest<HTMLElement>('tbody [aria-rowindex]') : null
    return row && findTable()?.contains(row) ? row : null
  }

  function onFocus({ target }: FocusEvent): void {
    const row = rowOf(target)
    if (row === null) return
    current = indexOf(row)
    const control = controlsOf(row).indexOf(target as HTMLElement)
    position = target === entryOf(row) ? -1 : control
    refresh()
  }

  /** True: the key was for this. */
  function onKey({ key, target, shiftKey }: KeyboardEvent): boolean {
    if (key === '?') {
      onHelp()
      return true
    }
    if (key === '/') {
      document.querySelector<HTMLElement>('main [role=searchbox]')?.focus()
      return true
    }
    const row = rowOf(target)
    const isArrow = key.startsWith('Arrow')
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key]
    // Arrows scroll the page, until a person is in a row.
    if (step !== undefined && (row !== null || !isArrow)) {
      const all = rows()
      const wanted = row === null ? current : indexOf(row) + step
      const found = all.find((each) => indexOf(each) === wanted)
      focus(row === null ? (found ?? firstInSight(all)) : found, position)
      return true
    }
    return row !== null && act(key, row, shiftKey)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (isTyped(event.target) || document.querySelector('[role=dialog]') !== null) return
    if (onKey(event)) event.preventDefault()
  }

  const observer = new MutationObserver(refreshSoon)
  observer.observe(document.querySelector('main') ?? document.body, {
    childList: true,
    subtree: true,
  })
  document.addEventListener('focusin', onFocus)
  document.addEventListener('keydown', onKeyDown)
  refresh()
  return () => {
    cancelAnimationFrame(frame)
    observer.disconnect()
    document.removeEventListener('focusin', onFocus)
    document.removeEventListener('keydown', onKeyDown)
  }
}
