import { describe, expect, test } from 'vitest'
import type { OpenState } from './state-samples.ts'

const push = (repository: string, tag: string, atMs: number, actor = 'ada') => ({
  repository,
  tag,
  digest: `sha256:${tag}${atMs}`,
  actor,
  atMs,
})

export const pushesContract = (open: OpenState) =>
  describe('pushes', () => {
    test('the latest push of each tag is kept', async () => {
      const { pushes } = await open()
      await pushes.record(push('team/app', '1', 20))
      await pushes.record(push('team/app', '1', 10))
      await pushes.record(push('team/app', '2', 10))
      await pushes.record(push('team/app', '2', 10, 'bob'))
      await pushes.record(push('team/other', '1', 30))
      const latest = await pushes.latest('team/app', ['2', '1', 'unknown'])
      expect(latest.toSorted((one, other) => one.tag.localeCompare(other.tag))).toEqual([
        push('team/app', '1', 20),
        push('team/app', '2', 10, 'bob'),
      ])
      expect(await pushes.latest('nowhere', ['1'])).toEqual([])
      expect(await pushes.latest('team/app', [])).toEqual([])
    })

    test('very many tags may be requested at once', async () => {
      const { pushes } = await open()
      await pushes.record(push('team/app', 't2500', 1))
      const tags = Array.from({ length: 2600 }, (_, at) => `t${at}`)
      expect(await pushes.latest('team/app', tags)).toEqual([push('team/app', 't2500', 1)])
    })
  })
