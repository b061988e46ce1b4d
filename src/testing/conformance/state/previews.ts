import { describe, expect, test } from 'vitest'
import type { StoredPreview } from '#state/previews.ts'
import { atMs, type OpenState } from './state-samples.ts'

const preview = (id: string, changed: Partial<StoredPreview> = {}): StoredPreview => ({
  id,
  madeAtMs: atMs,
  madeBy: 'ada',
  isApproved: false,
  parts: ['{}', '[1]'],
  ...changed,
})

export const previewsContract = (open: OpenState) =>
  describe('previews', () => {
    test('read back whole, by their id', async () => {
      const { previews } = await open()
      const small = preview('a', { parts: [] })
      const large = preview('b', {
        madeBy: null,
        isApproved: true,
        parts: ['\u0000 \u{1f4e6} "\r\n', ...Array.from({ length: 30 }, (_, part) => `[${part}]`)],
      })
      await previews.save(small)
      await previews.save(large)
      expect(await previews.find('a')).toEqual(small)
      expect(await previews.find('b')).toEqual(large)
      expect(await previews.find('c')).toBeNull()
    })

    test('are approved one by one', async () => {
      const { previews } = await open()
      await previews.save(preview('a'))
      await previews.save(preview('b'))
      await previews.approve('a')
      await previews.approve('c')
      expect(await previews.isApproved('a')).toBe(true)
      expect(await previews.isApproved('b')).toBe(false)
      expect(await previews.isApproved('c')).toBeNull()
      expect(await previews.find('a')).toEqual(preview('a', { isApproved: true }))
    })

    test('only the newest are kept', async () => {
      const { previews } = await open()
      await previews.save(preview('newest', { madeAtMs: 30 }))
      await previews.save(preview('oldest', { madeAtMs: 10 }))
      await previews.save(preview('middle', { madeAtMs: 20 }))
      await previews.keepNewest(5)
      expect(await previews.find('oldest')).not.toBeNull()
      await previews.keepNewest(2)
      expect(await previews.find('oldest')).toBeNull()
      expect(await previews.find('middle')).not.toBeNull()
      // Nothing of the one that went is left behind.
      await previews.save(preview('oldest', { parts: [] }))
      expect(await previews.find('oldest')).toEqual(preview('oldest', { parts: [] }))
    })
  })
