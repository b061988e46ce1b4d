const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** Decimal units as the docker client prints them: `169.97 MB`, `1.2 kB`, `0 B`. */
export function formatByteSize(sizeBytes: number): string {
  // Rates have fractions; bytes have none.
  let value = Math.round(Math.max(0, sizeBytes))
  let unit = 0
  // 999.995 and above would be printed as 1000.00 of the smaller unit.
  while (value >= (unit === 0 ? 1000 : 999.995) && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 ? String(value) : String(Number(value.toFixed(2)))
  return `${digits} ${units[unit]}`
}
