import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isBucket } from '#hosts/server/bucket-configuration.ts'
import { firstAdministrator } from '#domain/access/first-administrator.ts'
import { ok, type Result } from '#domain/values/result.ts'
import { parseRetention, type RetentionCommand } from './retention/retention-command.ts'
import { oneState, wrong } from './wrong-usage.ts'

export interface CollectCommand {
  readonly name: 'collect'
  /** Absolute; holds `docker/registry/v2`. Or `s3://bucket/prefix`. */
  readonly storageFolder: string
  readonly dryRun: boolean
  readonly json: boolean
  readonly collectUntagged: boolean
  /** See `acceptSparseIndexes` of the policy. */
  readonly acceptSparseIndexes: boolean
  readonly timeLimitMinutes: number | null
}

export interface VerifyCommand {
  readonly name: 'verify'
  readonly storageFolder: string
  readonly json: boolean
  /** Read every byte instead of comparing sizes. */
  readonly full: boolean
  /** See `acceptSparseIndexes` of the policy. */
  readonly acceptSparseIndexes: boolean
}

/** Where the state is. */
export interface StatePlace {
  /** Absolute; holds the state, unless a database does. */
  readonly dataFolder: string
  /** With a password: never shown. */
  readonly databaseURL: string | null
}

/** Copies the state to a file, also while the server runs. */
export interface BackupCommand extends StatePlace {
  readonly name: 'backup'
  /** Absolute; must not be there yet. */
  readonly toFile: string
}

/** Restores such a copy while no server runs. */
export interface RestoreCommand extends StatePlace {
  readonly name: 'restore'
  readonly fromFile: string
}

/** Sets another password for an account while no server runs. */
export interface ResetPasswordCommand extends StatePlace {
  readonly name: 'reset-password'
  readonly account: string
  /** Whether standard input has the password; otherwise one is generated and printed. */
  readonly fromInput: boolean
}

/** Copies a state into an empty database while no server runs. */
export interface MigrateCommand {
  readonly name: 'migrate'
  /** Absolute; holds the state. */
  readonly dataFolder: string
  readonly databaseURL: string
}

/** Binds a storage and a state to each other, while no server runs. */
export interface TakeOverCommand {
  readonly name: 'take-over'
  readonly storageFolder: string
  /** Null: the state is in a file. */
  readonly databaseURL: string | null
}

/** Looks at all that a server needs, as its environment configures it. */
export interface DoctorCommand {
  readonly name: 'doctor'
  readonly json: boolean
}

export interface ServeCommand {
  readonly name: 'serve'
  /** A person says that the server which holds the bucket has ended. */
  readonly takesOver: boolean
}

export type Command =
  | { readonly name: 'help' }
  | ServeCommand
  | CollectCommand
  | VerifyCommand
  | BackupCommand
  | RestoreCommand
  | ResetPasswordCommand
  | MigrateCommand
  | TakeOverCommand
  | DoctorCommand
  | RetentionCommand

export const usage = `jetsam [serve] [--take-over]
jetsam collect --storage DIR|s3://BUCKET/PREFIX [--dry-run] [--json] [--untagged] [--sparse] [--minutes N]
jetsam verify --storage DIR|s3://BUCKET/PREFIX [--full] [--sparse] [--json]
jetsam backup --to FILE [--data DIR]
jetsam restore --from FILE [--data DIR]
jetsam reset-password [NAME] [--password-stdin] [--data DIR]
jetsam migrate --from sqlite [--data DIR]
jetsam take-over --storage DIR|s3://BUCKET/PREFIX
jetsam doctor [--json]
jetsam retention test FILE [--json]
jetsam retention preview [FILE] [--scope SCOPE] [--at INSTANT] [--storage DIR] [--data DIR] [--json]
jetsam retention run [--scope SCOPE] [--storage DIR] [--data DIR] [--json]
jetsam help

JETSAM_DATABASE=postgres://user:password@host:5432/database says that the state is in a database.`

const options = {
  storage: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  untagged: { type: 'boolean', default: false },
  sparse: { type: 'boolean', default: false },
  minutes: { type: 'string' },
  full: { type: 'boolean', default: false },
  data: { type: 'string' },
  to: { type: 'string' },
  from: { type: 'string' },
  'password-stdin': { type: 'boolean', default: false },
  'take-over': { type: 'boolean', default: false },
  scope: { type: 'string' },
  at: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** The options of each command; any other one is a mistake, and must not be ignored. */
const optionsOf: Readonly<Record<Command['name'], readonly string[]>> = {
  help: [],
  serve: ['take-over'],
  collect: ['storage', 'dry-run', 'json', 'untagged', 'sparse', 'minutes'],
  verify: ['storage', 'json', 'full', 'sparse'],
  backup: ['data', 'to'],
  restore: ['data', 'from'],
  'reset-password': ['data', 'password-stdin'],
  migrate: ['data', 'from'],
  'take-over': ['storage'],
  doctor: ['json'],
  retention: ['json', 'scope', 'at', 'storage', 'data'],
}

/** How many words may follow a name; absent: none. */
const wordsOf: Readonly<Partial<Record<Command['name'], number>>> = {
  'reset-password': 1,
  retention: 2,
}

const isCommandName = (name: string): name is Command['name'] => Object.hasOwn(optionsOf, name)

/**
 * Parses the arguments after `jetsam`.
 *
 * @param usualDataFolder the folder of the state by default
 * @param databaseURL the database of the state; null: it is in a file
 */
export function parseCommandLine(
  words: readonly string[],
  workingFolder: string,
  usualDataFolder = 'data',
  databaseURL: string | null = null,
): Result<Command> {
  let parsed
  try {
    parsed = parseArgs({ args: [...words], options, allowPositionals: true, tokens: true })
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error))
  }
  if (parsed.values.help) return ok({ name: 'help' })
  const [name = 'serve', ...given] = parsed.positionals
  if (!isCommandName(name)) {
    return wrong(`there is no command "${name}"`)
  }
  const rest = given.slice(wordsOf[name] ?? 0)
  if (rest.length > 0) return wrong(`"${rest[0]}" is one word too many`)
  for (const token of parsed.tokens) {
    if (token.kind === 'option' && !optionsOf[name].includes(token.name)) {
      return wrong(`${name} takes no ${token.rawName}`)
    }
  }
  if (name === 'serve') return ok({ name, takesOver: parsed.values['take-over'] })
  if (name === 'help') return ok({ name })
  if (name === 'doctor') return ok({ name, json: parsed.values.json })

  const { values } = parsed
  const dataFolder = resolve(workingFolder, values.data || usualDataFolder)
  if (name === 'retention') {
    return parseRetention(given, values, workingFolder, databaseURL)
  }
  if (name === 'migrate') {
    if (values.from !== 'sqlite') return wrong('migrate needs --from sqlite')
    if (databaseURL === null) return wrong('migrate needs JETSAM_DATABASE, an empty database')
    return ok({ name, dataFolder, databaseURL })
  }
  if (name === 'backup' || name === 'restore' || name === 'reset-password') {
    if (values.data && databaseURL !== null) return wrong(oneState)
    const place: StatePlace = { dataFolder, databaseURL }
    const { to, from, 'password-stdin': fromInput } = values
    if (name === 'backup') {
      if (!to) return wrong('backup needs --to FILE')
      return ok({ name, ...place, toFile: resolve(workingFolder, to) })
    }
    if (name === 'restore') {
      if (!from) return wrong('restore needs --from FILE')
      return ok({ name, ...place, fromFile: resolve(workingFolder, from) })
    }
    return ok({ name, ...place, account: given[0] ?? firstAdministrator, fromInput })
  }
  const { storage, json } = values
  if (!storage) return wrong(`${name} needs --storage DIR`)
  const storageFolder = isBucket(storage) ? storage : resolve(workingFolder, storage)
  if (name === 'take-over') return ok({ name, storageFolder, databaseURL })
  const { minutes, sparse: acceptSparseIndexes } = values
  if (name === 'verify') {
    return ok({ name, storageFolder, json, full: values.full, acceptSparseIndexes })
  }

  if (minutes !== undefined && !/^[1-9]\d{0,3}$/.test(minutes)) {
    return wrong('--minutes takes a number from 1 to 9999')
  }
  return ok({
    name,
    storageFolder,
    dryRun: values['dry-run'],
    json,
    collectUntagged: values.untagged,
    acceptSparseIndexes,
    timeLimitMinutes: minutes === undefined ? null : Number(minutes),
  })
}
