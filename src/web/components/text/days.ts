const two = (value: number): string => String(value).padStart(2, '0')

/** `2026-11-24`, in the reader's time zone: as a date field has it. */
export function dayOf(ms: number): string {
  const at = new Date(ms)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/**
 * Midnight of a day in the reader's time zone, so many days later: not so many hours, because the
 * clock may change at night. Not a number: the text is no day.
 */
export function startOfDay(day: string, daysLater = 0): number {
  const [year = NaN, month = NaN, date = NaN] = day.split('-').map(Number)
  return new Date(year, month - 1, date + daysLater).getTime()
}
