import { parseRunningReport } from '#domain/retention/running-report.ts'
import { runningFileOf } from '#hosts/server/running-file.ts'
import { reasonOf, right, warning, wrong, type Check } from './check.ts'

const hourMs = 3_600_000

/** The file that says what runs. Its age is judged by the server, whose settings have the limit. */
export const runningFileCheck: Check = {
  about: 'running',
  applies: ({ runningFile }) => runningFile !== null,
  async look(configuration) {
    const { runningFile } = configuration
    try {
      const read = await runningFileOf(configuration).readRunningFile?.()
      if (read === undefined) return []
      const parsed = parseRunningReport(read.text)
      if (!parsed.ok) {
        const advice = 'mend what writes it: until then nothing is cleaned by rule'
        return [wrong(`${runningFile}: ${parsed.refusal.message}`, advice)]
      }
      const named = right(`${runningFile} names ${parsed.value.length} images that run`)
      if (Date.now() - read.modifiedAtMs < hourMs) return [named]
      const advice =
        'see whether what writes it still runs: a report that is too old ends cleaning by rule'
      return [
        named,
        warning(`it was written at ${new Date(read.modifiedAtMs).toISOString()}`, advice),
      ]
    } catch (error) {
      const advice = 'write it, or leave JETSAM_RUNNING out: until then nothing is cleaned by rule'
      return [wrong(`${runningFile} cannot be read: ${reasonOf(error)}`, advice)]
    }
  },
}
