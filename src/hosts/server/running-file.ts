import { readFile, stat } from 'node:fs/promises'
import { maximumReportBytes } from '#domain/retention/running-report.ts'
import type { ReadRunningFile } from '#services/retention/running/running-guard.ts'
import type { Configuration } from './configuration.ts'

/** Reads the file of `JETSAM_RUNNING` whenever it was written since; nothing where there is none. */
export function runningFileOf({ runningFile }: Pick<Configuration, 'runningFile'>): {
  readonly readRunningFile?: ReadRunningFile
} {
  if (runningFile === null) return {}
  let last: { readonly key: string; readonly text: string } | null = null
  return {
    async readRunningFile() {
      const { mtimeMs, ctimeMs, size, ino } = await stat(runningFile)
      if (size > maximumReportBytes) {
        throw new Error(`${runningFile} has more than ${maximumReportBytes} bytes`)
      }
      const key = `${mtimeMs} ${ctimeMs} ${size} ${ino}`
      if (last?.key !== key) last = { key, text: await readFile(runningFile, 'utf8') }
      return { text: last.text, modifiedAtMs: mtimeMs }
    },
  }
}
