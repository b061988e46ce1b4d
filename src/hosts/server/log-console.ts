import { format } from 'node:util'
import type { Log } from './log.ts'

/** What libraries print to the console, as lines of the log: with JSON, every line must be JSON. */
export function logConsole(
  log: Log,
  target: Pick<Console, 'log' | 'info' | 'warn' | 'error'>,
): void {
  const levels = { log: 'info', info: 'info', warn: 'warn', error: 'error' } as const
  for (const [name, level] of Object.entries(levels)) {
    Object.assign(target, { [name]: (...words: unknown[]) => log(level, format(...words)) })
  }
}
