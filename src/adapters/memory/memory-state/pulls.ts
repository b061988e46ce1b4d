import type { Pulls } from '#state/pulls.ts'
import type { Changed, StoredPull, Tables } from './tables.ts'

export const createMemoryPulls = ({ pulls, settings }: Tables, changed: Changed): Pulls => ({
  async recording() {
    return settings.pullRecording
  },

  async setRecording(recording) {
    settings.pullRecording = recording
    changed()
  },

  async add(counts) {
    for (const { repository, reference, day, pulls: count, lastAtMs, lastBy } of counts) {
      const ofRepository = pulls.get(repository) ?? new Map<string, StoredPull>()
      pulls.set(repository, ofRepository)
      const before = ofRepository.get(reference) ?? { lastAtMs: -Infinity, lastBy: null, days: {} }
      const isLater = lastAtMs >= before.lastAtMs
      ofRepository.set(reference, {
        lastAtMs: isLater ? lastAtMs : before.lastAtMs,
        lastBy: isLater ? lastBy : before.lastBy,
        days: { ...before.days, [day]: (before.days[day] ?? 0) + count },
      })
    }
    changed()
  },

  async summaries(repository, references, fromDay) {
    const ofRepository = pulls.get(repository) ?? new Map<string, StoredPull>()
    return [...(references ?? ofRepository.keys())].flatMap((reference) => {
      const pull = ofRepository.get(reference)
      if (pull === undefined) return []
      const { lastAtMs, lastBy, days } = pull
      const counts = Object.entries(days).filter(([day]) => Number(day) >= fromDay)
      const sum = counts.reduce((total, [, count]) => total + count, 0)
      return [{ reference, lastAtMs, lastBy, pulls: sum }]
    })
  },

  // In the order in which they were added, which stays: to sort very many would hold up all else.
  async lastPulls(repository, after, limit) {
    const page: { readonly reference: string; readonly lastAtMs: number }[] = []
    let isAfter = after === null
    for (const [reference, { lastAtMs }] of pulls.get(repository) ?? []) {
      if (isAfter) page.push({ reference, lastAtMs })
      else isAfter = reference === after
      if (page.length === limit) break
    }
    return page
  },

  async lastOf(repository, references) {
    const times = references.flatMap((one) => pulls.get(repository)?.get(one)?.lastAtMs ?? [])
    return times.length === 0 ? null : Math.max(...times)
  },

  async forgetDaysBefore(first) {
    for (const ofRepository of pulls.values()) {
      for (const [reference, pull] of ofRepository) {
        const days = Object.entries(pull.days).filter(([day]) => Number(day) >= first)
        ofRepository.set(reference, { ...pull, days: Object.fromEntries(days) })
      }
    }
    changed()
  },
})
