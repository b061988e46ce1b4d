import { test } from '@playwright/test'
import { findCommand } from './find-command.ts'
import { findGoProgram, goProgramNames, type GoProgramName } from './go-programs.ts'

const isGoProgram = (name: string): name is GoProgramName =>
  (goProgramNames as readonly string[]).includes(name)

/**
 * The path of a program that tests run: installed, or built from a Go module; null if it is
 * missing.
 */
export const findProgram = (name: string): string | null =>
  isGoProgram(name) ? findGoProgram(name) : findCommand(name)

/** Leaves the test out if a program is missing. `npm test` reports that, and CI forbids it. */
export function needs(...programs: readonly string[]): void {
  const missing = programs.filter((name) => findProgram(name) === null)
  if (missing.length > 0) test.skip(true, `not installed: ${missing.join(', ')}`)
}
