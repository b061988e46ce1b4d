import { describe, expect, test } from 'vitest'
import { atMs, type OpenState } from './state-samples.ts'

const pull = (reference: string, day: number, pulls: number, lastBy: string | null = 'ada') => ({
  repository: 'team/app',
  reference,
  day,
  pulls,
  lastAtMs: atMs + day,
  lastBy,
})

const summaries = async (state: Awaited<ReturnType<OpenState>>, fromDay = 0) =>
  (await state.pulls.summaries('team/app', null, fromDay)).toSorted((one, other) =>
    one.reference < other.reference ? -1 : 1,
  )

export const pullsContract = (open: OpenState) =>
  describe('pulls', () => {
    test('add up by day, and the last one is that of the latest time', async () => {
      const state = await open()
      await state.pulls.add([pull('1', 10, 2), pull('sha256:a', 10, 1, null)])
      await state.pulls.add([pull('1', 11, 3, 'bob')])
      await state.pulls.add([pull('1', 9, 1, 'late')])
      await state.pulls.add([{ ...pull('1', 11, 1), repository: 'team/other' }])
      await state.pulls.add([])
      expect(await summaries(state)).toEqual([
        { reference: '1', lastAtMs: atMs + 11, lastBy: 'bob', pulls: 6 },
        { reference: 'sha256:a', lastAtMs: atMs + 10, lastBy: null, pulls: 1 },
      ])
      expect((await summaries(state, 11)).map(({ pulls }) => pulls)).toEqual([3, 0])
      expect(await state.pulls.summaries('nowhere', null, 0)).toEqual([])
      const some = await state.pulls.summaries('team/app', ['sha256:a', 'none'], 0)
      expect(some.map(({ reference }) => reference)).toEqual(['sha256:a'])
      expect(await state.pulls.summaries('team/app', [], 0)).toEqual([])
      expect(await state.pulls.lastOf('team/app', ['sha256:a', '1', 'none'])).toBe(atMs + 11)
      expect(await state.pulls.lastOf('team/app', ['none'])).toBeNull()
      expect(await state.pulls.lastOf('team/app', [])).toBeNull()
    })

    test('of days that are forgotten leave the last pull', async () => {
      const state = await open()
      await state.pulls.add([pull('1', 10, 2)])
      await state.pulls.add([pull('1', 11, 3)])
      await state.pulls.forgetDaysBefore(11)
      expect(await summaries(state)).toMatchObject([{ lastAtMs: atMs + 11, pulls: 3 }])
      await state.pulls.forgetDaysBefore(12)
      expect(await summaries(state)).toMatchObject([{ lastAtMs: atMs + 11, pulls: 0 }])
    })

    test('very many are added at once', async () => {
      const state = await open()
      await state.pulls.add(Array.from({ length: 2600 }, (_, number) => pull(`t${number}`, 1, 1)))
      const names = Array.from({ length: 2600 }, (_, number) => `t${number}`)
      const pages = [await state.pulls.lastPulls('team/app', null, 1000)]
      for (let last = pages[0]; last?.length === 1000; pages.push(last)) {
        last = await state.pulls.lastPulls('team/app', last.at(-1)?.reference ?? null, 1000)
      }
      expect(pages.map(({ length }) => length)).toEqual([1000, 1000, 600])
      expect(new Set(pages.flat().map(({ reference }) => reference)).size).toBe(2600)
      expect(await state.pulls.lastPulls('nowhere', null, 1000)).toEqual([])
      expect(await state.pulls.summaries('team/app', null, 0)).toHaveLength(2600)
      expect(await state.pulls.summaries('team/app', names, 0)).toHaveLength(2600)
    })

    test('a pull between two pages of references hides none', async () => {
      const { pulls } = await open()
      await pulls.add(['c', 'a', 'd', 'b'].map((reference) => pull(reference, 1, 1)))
      const first = await pulls.lastPulls('team/app', null, 2)
      await pulls.add(first.map(({ reference }) => pull(reference, 2, 2)))
      const last = first.at(-1)?.reference ?? null
      const names = [...first, ...(await pulls.lastPulls('team/app', last, 2))]
      expect(names.map(({ reference }) => reference).toSorted()).toEqual(['a', 'b', 'c', 'd'])
    })

    test('since when they are recorded reads back', async () => {
      const { pulls } = await open()
      expect(await pulls.recording()).toBeNull()
      await pulls.setRecording({ sinceMs: atMs, openBy: ['a', 'b'] })
      expect(await pulls.recording()).toEqual({ sinceMs: atMs, openBy: ['a', 'b'] })
      await pulls.setRecording({ sinceMs: atMs, openBy: [] })
      expect(await pulls.recording()).toEqual({ sinceMs: atMs, openBy: [] })
    })
  })
