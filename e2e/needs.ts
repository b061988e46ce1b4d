import { test } from '@playwright/test'
import { findCommand } from './find-command.ts'
import { findGoProgram, goProgramNames, type GoProgramName } from './go-programs.ts'

const isGoProgram = (name: string): name is GoProgramName =>
  (goProgramNames as readonly string[]).includes(name)

/** Where a program is that tests run: installed, or built of a Go module; null when it is missing. */
export const findProgram = (name: string): string | null =>
  isGoProgram(name) ? findGoProgram(name) : findCommand(name)

/** Leaves the test out where a program is missing. `npm test` says so, and CI allows it for none. */
export function needs(...programs: readonly string[]): void {
  const missing = programs.filter((name) => findProgram(name) === null)
  if (missing.length > 0) test.skip(true, `not installed: ${missing.join(', ')}`)
}
