import { spawnSync } from 'node:child_process'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { jetsam } from '../clients.ts'
import {
  adminName,
  launcher,
  makeFolder,
  startServer,
  type ServerProcess,
} from '../server-process.ts'
import { ask } from './api-client.ts'

const signIn = async (server: ServerProcess, password: string): Promise<number> => {
  const answer = await fetch(`${server.origin}/api/v0/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: server.origin },
    body: JSON.stringify({ name: adminName, password }),
  })
  return answer.status
}

const rights = async (path: string): Promise<string> =>
  ((await stat(path)).mode & 0o777).toString(8)

test('a server that cannot listen says in one sentence what to change', async () => {
  const folder = await makeFolder()
  const other = await makeFolder()
  const first = await startServer(folder.path)
  try {
    const { port } = new URL(first.origin)
    await expect(startServer(other.path, { JETSAM_PORT: port })).rejects.toThrow(
      `127.0.0.1:${port} is in use by another program: stop that, or choose another port with JETSAM_PORT (0: any free one).\n`,
    )
  } finally {
    await first.stop()
    await other.remove()
    await folder.remove()
  }
})

test('a common password makes no administrator, and does not lock out an existing one', async () => {
  const folder = await makeFolder()
  const common = { JETSAM_ADMIN_PASSWORD: 'Password1!' }
  try {
    await expect(startServer(folder.path, common)).rejects.toThrow(
      'JETSAM_ADMIN_PASSWORD: it is among the first that are guessed: choose another',
    )
    await (await startServer(folder.path)).stop()
    await (await startServer(folder.path, common)).stop()
  } finally {
    await folder.remove()
  }
})

test('files with password hashes are for their owner only', async () => {
  const folder = await makeFolder()
  const data = join(folder.path, 'data')
  const server = await startServer(data)
  try {
    for (const end of ['', '-wal', '-shm']) {
      expect(await rights(join(data, `state.sqlite${end}`))).toBe('600')
    }
    expect(await rights(data)).toBe('700')
  } finally {
    await server.stop()
    await folder.remove()
  }
})

test('a server whose state was removed stops, and its content can be restored', async () => {
  const folder = await makeFolder()
  const first = await startServer(folder.path)
  const schedule = '/admin/settings/registry/garbageCollection/schedule'
  expect((await ask(first, 'POST', schedule, { schedule: '4 * * 6' })).status).toBe(200)
  await rm(join(folder.path, 'state.sqlite'))
  const refused = ask(first, 'POST', schedule, { schedule: '5 * * 6' }).then(
    ({ status }) => status,
    () => 'cut off',
  )
  expect(await refused).not.toBe(200)
  expect(await first.ended()).toBe(1)
  expect(first.output()).toContain('stopped, for nothing could be remembered any more: ')
  const [kept = ''] = (await readdir(folder.path)).filter((name) => name.includes('rescued'))
  await jetsam('restore', '--data', folder.path, '--from', join(folder.path, kept))
  const second = await startServer(folder.path)
  try {
    expect((await ask(second, 'GET', schedule)).body).toMatchObject({ schedule: '4 * * 6' })
  } finally {
    await second.stop()
    await folder.remove()
  }
})

test('a lost password is reset while no server runs', async () => {
  const folder = await makeFolder()
  const words = ['--data', folder.path]
  const first = await startServer(folder.path)
  await expect(jetsam('reset-password', ...words)).rejects.toThrow(
    /is in use by the server on port/,
  )
  await first.stop()
  const said = await jetsam('reset-password', adminName, ...words)
  const [, password = ''] = /has the password "(\S+)"/.exec(said) ?? []
  const second = await startServer(folder.path)
  try {
    expect(await signIn(second, 'jetsam-admin')).toBe(401)
    expect(await signIn(second, password)).toBeLessThan(300)
    await second.stop()
    const given = spawnSync(
      process.execPath,
      [launcher, 'reset-password', '--password-stdin', ...words],
      { input: 'jetsam-admin\n', encoding: 'utf8' },
    )
    expect([given.status, given.stdout]).toEqual([
      0,
      '"admin" has the password that was given, and is signed out everywhere\n',
    ])
    const third = await startServer(folder.path)
    expect(await signIn(third, 'jetsam-admin')).toBeLessThan(300)
    await third.stop()
  } finally {
    await second.kill()
    await folder.remove()
  }
})
