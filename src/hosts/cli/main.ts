import { parseCommandLine, usage } from './command-line.ts'
import { parseDatabaseURL } from '#hosts/server/database-url.ts'
import { createLog } from '#hosts/server/log.ts'
import { logConsole } from '#hosts/server/log-console.ts'

/** Exit statuses of the command line: failed with nothing lost, and wrong usage. */
const exitStatus = { failed: 1, wrongUsage: 2 } as const

// The reader may close the pipe early (`head`): that must end neither a collection nor a server.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

const print = (line: string): void => void process.stdout.write(`${line}\n`)
/** Resolves when the line is written, or can never be. */
const printed = (line: string): Promise<void> =>
  new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve()))
const complain = (line: string): void => void process.stderr.write(`${line}\n`)

/** True also for an error whose cause is this one. */
const lacksFiles = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')) ||
    lacksFiles(error.cause))

function fail(error: unknown): never {
  // The launcher says what to do about it.
  if (lacksFiles(error)) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' })
  complain(error instanceof Error ? error.message : String(error))
  process.exit(exitStatus.failed)
}

function end(isDone: boolean): void {
  process.exitCode = isDone ? 0 : exitStatus.failed
}

const database = parseDatabaseURL(process.env)
const command = parseCommandLine(
  process.argv.slice(2),
  process.cwd(),
  process.env.JETSAM_DATA || undefined,
  database.ok ? database.value : null,
)
if (!command.ok) {
  complain(`${command.refusal.message}\n\n${usage}`)
  process.exit(exitStatus.wrongUsage)
}

if (!database.ok && command.value.name !== 'help' && command.value.name !== 'doctor') {
  complain(database.refusal.message)
  process.exit(exitStatus.wrongUsage)
}

// Each command loads only what it needs: a collection by hand needs no web server.
if (command.value.name === 'help') {
  print(usage)
} else if (command.value.name === 'serve') {
  const { readConfiguration } = await import('#hosts/server/distribution-configuration.ts')
  const { configuration, notes } = await readConfiguration(process.env, process.cwd())
  if (!configuration.ok) {
    complain(configuration.refusal.message)
    process.exit(exitStatus.wrongUsage)
  }
  const { takesOver } = command.value
  if (takesOver && configuration.value.bucket === null) {
    complain(
      'serve --take-over is for images in a bucket: a folder is free once its server has ended',
    )
    process.exit(exitStatus.wrongUsage)
  }
  const log = createLog(configuration.value.logFormat, print, () => Date.now())
  const isForPrograms = configuration.value.logFormat === 'json'
  if (isForPrograms) logConsole(log, console)
  // A generated password is for a person: it must not be a line of a log.
  const say = isForPrograms ? complain : print
  for (const note of notes) log('warn', note)
  const { serve } = await import('#hosts/server/serve.ts')
  await serve({ ...configuration.value, takesOver }, log, say).catch(fail)
} else if (command.value.name === 'collect') {
  const { collect } = await import('./collect.ts')
  end(await collect(command.value, { print, printed, complain }).catch(fail))
} else if (command.value.name === 'backup') {
  const { backup } = await import('./backup.ts')
  await backup(command.value, print).catch(fail)
} else if (command.value.name === 'restore') {
  const { restore } = await import('./backup.ts')
  await restore(command.value, print, complain).catch(fail)
} else if (command.value.name === 'reset-password') {
  const { resetPassword } = await import('./reset-password.ts')
  await resetPassword(command.value, { print, complain, input: process.stdin }).catch(fail)
} else if (command.value.name === 'doctor') {
  const { doctor } = await import('./doctor/doctor.ts')
  const { readConfiguration } = await import('#hosts/server/distribution-configuration.ts')
  const { configuration, notes } = await readConfiguration(process.env, process.cwd())
  end(await doctor({ configuration, notes }, { isJSON: command.value.json, print }).catch(fail))
} else if (command.value.name === 'migrate') {
  const { migrate } = await import('./migrate.ts')
  await migrate(command.value, print, complain).catch(fail)
} else if (command.value.name === 'take-over') {
  const { takeOver } = await import('./take-over.ts')
  await takeOver(command.value, print, complain).catch(fail)
} else if (command.value.name === 'retention') {
  const { retention } = await import('./retention/retention.ts')
  end(await retention(command.value, { print, printed, complain }).catch(fail))
} else {
  const { verify } = await import('./verify.ts')
  end(await verify(command.value, print).catch(fail))
}
