import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepPrivate } from './private-files.ts'
import { openSqlState } from './sql-state.ts'
import { backUpState, restoreState } from './state-backup.ts'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'jetsam-private-')), 'data')
  path = join(folder, 'state.sqlite')
  await mkdir(folder)
})
afterEach(() => rm(join(folder, '..'), { recursive: true }))

const rightsOf = async (file: string): Promise<string> =>
  ((await stat(file)).mode & 0o777).toString(8)

describe.skipIf(process.platform === 'win32')('files with password hashes', () => {
  it('are readable by their owner alone, including those that SQLite and backups make', async () => {
    const state = await openSqlState(path)
    await state.settings.setSchedule('collection', '@daily')
    for (const end of ['', '-wal', '-shm']) expect(await rightsOf(path + end)).toBe('600')
    await state.close()
    const backup = join(folder, 'backup')
    await backUpState(path, backup)
    expect(await rightsOf(backup)).toBe('600')
    await chmod(backup, 0o644)
    await restoreState(path, backup)
    for (const end of ['', '.replaced']) expect(await rightsOf(path + end)).toBe('600')
  })

  it('are repaired at start, which logs it once', async () => {
    const before = await openSqlState(path)
    await before.settings.setSchedule('collection', '@daily')
    const files = ['', '-wal', '-shm', '.replaced', '.rescued-1', '.reserve']
    for (const end of ['.replaced', '.rescued-1', '.reserve']) await writeFile(path + end, '')
    for (const end of files) await chmod(path + end, 0o644)
    await mkdir(join(folder, 'registry'))
    for (const name of ['lock', 'lock.kernel']) await writeFile(join(folder, name), '')
    await chmod(folder, 0o755)
    const said = await keepPrivate(path)
    expect(said).toHaveLength(files.length + 1)
    expect(said).toContain(
      `the state ${path} was open to other accounts of this machine (0644): now it is its owner's alone (0600)`,
    )
    expect(said).toContain(
      `the folder of the state ${folder} was open to other accounts of this machine (0755): now it is its owner's alone (0700)`,
    )
    for (const end of files) expect(await rightsOf(path + end)).toBe('600')
    expect([await rightsOf(folder), await rightsOf(join(folder, 'registry'))]).toEqual([
      '700',
      '755',
    ])
    expect(await keepPrivate(path)).toEqual([])
    await before.close()
  })

  it('change no rights of a folder that holds other things, nor through a link', async () => {
    await writeFile(join(folder, 'notes'), '')
    await symlink(join(folder, 'notes'), `${path}.link`)
    await chmod(join(folder, 'notes'), 0o644)
    await chmod(folder, 0o755)
    expect(await keepPrivate(path)).toEqual([])
    expect([await rightsOf(folder), await rightsOf(join(folder, 'notes'))]).toEqual(['755', '644'])
  })
})
