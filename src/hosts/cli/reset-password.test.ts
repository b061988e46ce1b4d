import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createScryptPasswordHasher } from '#adapters/crypto-node/password-hasher.ts'
import { openSqlState } from '#adapters/sqlite/sql-state.ts'
import type { State } from '#state/state.ts'
import { lockState } from '#hosts/server/lock-folder.ts'
import { stateFile } from '#hosts/server/paths.ts'
import { resetPassword } from './reset-password.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-reset-'))
})
afterEach(() => rm(folder, { recursive: true }))

const hasher = createScryptPasswordHasher()
let passwordHash = ''
beforeAll(async () => {
  passwordHash = await hasher.hash('forgotten password')
})

async function inState<T>(act: (state: State) => Promise<T>): Promise<T> {
  const state = await openSqlState(stateFile(folder))
  try {
    return await act(state)
  } finally {
    await state.close()
  }
}

const prepare = () =>
  inState(async (state) => {
    for (const name of ['admin', 'dana']) {
      const isAdmin = name === 'admin'
      await state.accounts.create({
        name,
        passwordHash,
        isAdmin,
        isActive: isAdmin,
        createdAtMs: 1,
      })
      const session = { createdAtMs: 1, expiresAtMs: Date.now() + 1e9 }
      await state.sessions.add({ tokenHash: `of ${name}`, accountName: name, ...session })
    }
    const scope = { repositories: ['*'], actions: ['pull'] as const }
    await state.accessTokens.add({
      ...scope,
      id: 'token',
      accountName: 'dana',
      name: 'ci',
      secretHash: 'x',
      createdAtMs: 1,
      expiresAtMs: null,
      lastUsedAtMs: null,
    })
  })

async function reset(account: string, given?: string): Promise<readonly string[]> {
  const said: string[] = []
  async function* input() {
    yield Buffer.from(given ?? '')
  }
  await resetPassword(
    {
      name: 'reset-password',
      databaseURL: null,
      dataFolder: folder,
      account,
      fromInput: given !== undefined,
    },
    { print: (line) => said.push(line), complain: () => undefined, input: input() },
  )
  return said
}

const isPassword = (name: string, password: string) =>
  inState(async (state) => {
    const account = await state.accounts.find(name)
    return await hasher.verify(password, account?.passwordHash ?? '')
  })

describe('resetting a password', () => {
  it('generates one, prints it, ends the sessions of that account, and is in the activity', async () => {
    await prepare()
    const said = await reset('admin')
    expect(said).toHaveLength(1)
    const [, password = ''] =
      /^"admin" has the password "(\S{16})", which is said only this once, and is signed out everywhere$/.exec(
        said[0] ?? '',
      ) ?? []
    expect(await isPassword('admin', password)).toBe(true)
    expect(await isPassword('admin', 'forgotten password')).toBe(false)
    await inState(async (state) => {
      expect(await state.accounts.find('dana')).toMatchObject({ passwordHash })
      expect(await state.sessions.find('of admin')).toBeNull()
      expect(await state.sessions.find('of dana')).not.toBeNull()
      expect((await state.activity.list({ limit: 9 })).events).toMatchObject([
        {
          kind: 'password changed',
          actor: null,
          data: { account: 'admin', command: 'reset-password' },
        },
      ])
    })
    expect(await readdir(folder)).not.toContain('lock')
  })

  it('reads one from its input, and says what else locks the account or gives access to it', async () => {
    await prepare()
    expect(await reset('dana', 'a new  password\n')).toEqual([
      '"dana" has the password that was given, and is signed out everywhere',
      '"dana" is disabled: an administrator has to enable it before it can sign in',
      'its 1 access tokens stay valid until they are revoked',
    ])
    expect(await isPassword('dana', 'a new  password')).toBe(true)
  })

  it('refuses an invalid password, and changes nothing', async () => {
    await prepare()
    await expect(reset('admin', 'short\n')).rejects.toThrow('at least 8 characters')
    await expect(reset('admin', '')).rejects.toThrow('at least 8 characters')
    await expect(reset('adm')).rejects.toThrow('there is no account "adm"; administrators: admin')
    expect(await isPassword('admin', 'forgotten password')).toBe(true)
  })

  it('says that there is no state, and creates none', async () => {
    await expect(reset('admin')).rejects.toThrow(
      `there is no state in ${join(folder, 'state.sqlite')}: say with --data where it is`,
    )
    expect(await readdir(folder)).toEqual([])
  })

  it('refuses while a server holds the state', async () => {
    await prepare()
    const lease = await lockState(folder, 'the server on port 4400', () => undefined)
    try {
      await expect(reset('admin')).rejects.toThrow(
        /is in use by the server on port 4400 \(process \d+ on .*\)\. Stop that, or choose another folder with --data\./,
      )
    } finally {
      await lease.release()
    }
    expect(await isPassword('admin', 'forgotten password')).toBe(true)
  })
})
