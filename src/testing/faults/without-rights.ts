import { execFileSync } from 'node:child_process'

export const isRoot = process.getuid?.() === 0

/** Root has all rights everywhere; other accounts cannot change their identity, and need not. */
const droppingRights = isRoot
  ? [
      'setpriv',
      '--bounding-set=-dac_override,-dac_read_search',
      '--inh-caps=-dac_override,-dac_read_search',
    ]
  : []

/**
 * Runs a program in TypeScript, with these arguments, where a file without rights cannot be read. In
 * another process, because rights belong to a whole one. Returns what it printed.
 */
export function printedWithoutRights(program: string, ...words: readonly string[]): string {
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', program]
  const [command = '', ...rest] = [...droppingRights, ...node, ...words]
  return execFileSync(command, rest, { encoding: 'utf8' })
}
