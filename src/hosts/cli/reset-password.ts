import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createScryptPasswordHasher } from '#adapters/crypto-node/password-hasher.ts'
import { keepPrivate } from '#adapters/sqlite/private-files.ts'
import { openSqlState } from '#adapters/sqlite/sql-state.ts'
import { theServer } from '#services/activity/actor.ts'
import { createAccountTurns } from '#services/accounts/account-queues.ts'
import { changeAccount } from '#services/accounts/accounts.ts'
import type { State } from '#state/state.ts'
import type { ResetPasswordCommand } from './command-line.ts'
import { openPostgres } from './open-postgres.ts'
import { lockState } from '#hosts/server/lock-folder.ts'
import { nodeRuntime } from '#hosts/server/node-runtime.ts'
import { stateFile } from '#hosts/server/paths.ts'
import { stateReserve } from '#hosts/server/reserves.ts'

export interface ResetPasswordOptions {
  readonly print: (line: string) => void
  readonly complain: (line: string) => void
  /** The source of the password, read to its end, if it is not generated. */
  readonly input: AsyncIterable<Buffer | string>
}

/** The password without the line break that `echo` appends. */
async function read(input: AsyncIterable<Buffer | string>): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of input) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

async function noSuchAccount(state: State, name: string): Promise<Error> {
  const administrators = (await state.accounts.list()).filter(({ isAdmin }) => isAdmin)
  const names = administrators.map((account) => account.name).join(', ')
  return new Error(`there is no account "${name}"; administrators: ${names || 'none'}`)
}

interface OpenedState {
  readonly state: State
  close(): Promise<void>
}

async function openFile(
  dataFolder: string,
  complain: (line: string) => void,
): Promise<OpenedState> {
  const path = stateFile(dataFolder)
  const lease = await lockState(dataFolder, 'jetsam reset-password', complain)
  try {
    for (const said of await keepPrivate(path)) complain(said)
    const state = await openSqlState(path, {
      mayWrite: lease.mayWrite,
      giveUpReserve: stateReserve(dataFolder).giveUp,
    })
    return {
      state,
      async close() {
        await state.close()
        await lease.release()
      },
    }
  } catch (error) {
    await lease.release()
    throw error
  }
}

async function openState(
  { dataFolder, databaseURL }: ResetPasswordCommand,
  complain: (line: string) => void,
): Promise<OpenedState> {
  if (databaseURL === null) return await openFile(dataFolder, complain)
  const { openHeld } = await openPostgres()
  const { state } = await openHeld(databaseURL, 'jetsam reset-password', complain)
  return { state, close: () => state.close() }
}

/**
 * Sets another password for an account, and ends its sessions. No server may run at the same time.
 */
export async function resetPassword(
  command: ResetPasswordCommand,
  { print, complain, input }: ResetPasswordOptions,
): Promise<void> {
  const { account: name, fromInput } = command
  const path = stateFile(command.dataFolder)
  if (command.databaseURL === null && !existsSync(path)) {
    throw new Error(`there is no state in ${path}: say with --data where it is`)
  }
  const password = fromInput ? await read(input) : randomBytes(12).toString('base64url')
  const { state, close } = await openState(command, complain)
  try {
    const hasher = createScryptPasswordHasher()
    const deps = { ...nodeRuntime, state, hasher, accountTurns: createAccountTurns() }
    const by = { ...theServer, command: 'reset-password' } as const
    const changed = await changeAccount(deps, name, { password }, by)
    if (!changed.ok) {
      const isUnknown = changed.refusal.code === 'NO_SUCH_ACCOUNT'
      throw isUnknown ? await noSuchAccount(state, name) : new Error(changed.refusal.message)
    }
    print(
      fromInput
        ? `"${name}" has the password that was given, and is signed out everywhere`
        : `"${name}" has the password "${password}", which is said only this once, and is signed out everywhere`,
    )
    if (!changed.value.isActive) {
      print(`"${name}" is disabled: an administrator has to enable it before it can sign in`)
    }
    const tokens = (await state.accessTokens.list(name)).length
    if (tokens > 0) print(`its ${tokens} access tokens stay valid until they are revoked`)
  } finally {
    await close()
  }
}
