import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { State } from '#state/state.ts'
import { openSqlState } from './sql-state.ts'
import { restoreState } from './state-backup.ts'

let folder = ''
let path = ''
let state: State
let gone: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-state-file-'))
  path = join(folder, 'state.sqlite')
  gone = []
  state = await openSqlState(path, { onGone: (reason) => gone.push(reason) })
  await state.settings.setSchedule('collection', '@daily')
})
afterEach(async () => {
  await state.close().catch(() => undefined)
  await rm(folder, { recursive: true })
})

describe('a state whose file is not in its place', () => {
  it.each([
    ['removed', 'state.sqlite', () => rm(path)],
    ['moved', 'state.sqlite', () => rename(path, `${path}.moved`)],
    ['replaced', 'state.sqlite', () => rm(path).then(() => writeFile(path, ''))],
    ['separated from its log', 'state.sqlite-wal', () => rm(`${path}-wal`)],
  ])('refuses changes when it was %s, and keeps what it held', async (_, missing, act) => {
    await act()
    const refused = { code: 'UNAVAILABLE', message: expect.stringContaining(missing) }
    await expect(state.settings.setSchedule('collection', '@weekly')).rejects.toMatchObject(refused)
    await expect(state.settings.setSchedule('collection', '@weekly')).rejects.toMatchObject(refused)
    expect(gone).toHaveLength(1)
    const [kept = ''] = (await readdir(folder)).filter((name) => name.includes('rescued'))
    expect(gone[0]).toContain(
      `${join(folder, missing)} was moved or removed while it was in use. What it held is in ${join(folder, kept)}. Move it back, or restore what was kept by "jetsam restore --from ${join(folder, kept)}", then start again.`,
    )

    const again = join(folder, 'again.sqlite')
    await restoreState(again, join(folder, kept))
    const restored = await openSqlState(again)
    expect(await restored.settings.schedule('collection')).toBe('@daily')
    await restored.close()
  })

  it('says when nothing could be kept, because its folder is gone', async () => {
    await rename(folder, `${folder}.moved`)
    try {
      await expect(state.settings.setSchedule('collection', '@weekly')).rejects.toThrow(
        'What it held could not be kept. Move it back, or restore a backup by "jetsam restore --from FILE", then start again.',
      )
    } finally {
      await rename(`${folder}.moved`, folder)
    }
  })
})
