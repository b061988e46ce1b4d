import { readFileSync, writeFileSync } from 'node:fs'
import { peakBytesOf, type Sample } from './measure.ts'

/** Linux counts a process's time in hundredths of a second. */
const ticksPerSecond = 100

/** Of all its threads, in user and system mode; null if the platform does not report it. */
export function cpuSecondsOf(processId: number): number | null {
  try {
    const fields = readFileSync(`/proc/${processId}/stat`, 'utf8').split(') ').at(-1)?.split(' ')
    return (Number(fields?.[11]) + Number(fields?.[12])) / ticksPerSecond
  } catch {
    return null
  }
}

/** Resets the peak of the process's memory to its present use. */
function forgetPeak(processId: number): void {
  try {
    writeFileSync(`/proc/${processId}/clear_refs`, '5')
  } catch {
    // Then the peak since its start counts.
  }
}

/** The cost of some work for the process that does it for others. */
export async function costOf(processId: number, work: () => Promise<unknown>): Promise<Sample> {
  forgetPeak(processId)
  const cpuBefore = cpuSecondsOf(processId)
  const startedAt = performance.now()
  await work()
  const seconds = (performance.now() - startedAt) / 1000
  const cpuAfter = cpuSecondsOf(processId)
  const cpuSeconds = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore
  return { seconds, cpuSeconds, peakBytes: peakBytesOf(processId) }
}
