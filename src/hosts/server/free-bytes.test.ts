import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { freeBytesAt } from './free-bytes.ts'

it('tells how many bytes fit on the disk of a folder, and rejects where there is none', async () => {
  const free = await freeBytesAt(tmpdir())
  expect(Number.isSafeInteger(free)).toBe(true)
  expect(free).toBeGreaterThanOrEqual(0)
  await expect(freeBytesAt(join(tmpdir(), 'no such folder', 'at all'))).rejects.toThrow('ENOENT')
})
