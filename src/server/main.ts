import { parseCommandLine, usage } from './command-line.ts'
import { parseConfiguration } from './configuration.ts'
import { createLog } from './log.ts'
import { collect } from './collect.ts'
import { serve } from './serve.ts'
import { verify } from './verify.ts'

/** Exit statuses of the command line: done, failed with nothing lost, used wrongly. */
const exitStatus = { failed: 1, wrongUsage: 2 } as const

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const complain = (line: string): void => void process.stderr.write(`${line}\n`)

function fail(error: unknown): never {
  complain(error instanceof Error ? error.message : String(error))
  process.exit(exitStatus.failed)
}

const command = parseCommandLine(process.argv.slice(2), process.cwd())
if (!command.ok) {
  complain(`${command.refusal.message}\n\n${usage}`)
  process.exit(exitStatus.wrongUsage)
}

if (command.value.name === 'serve') {
  const configuration = parseConfiguration(process.env, process.cwd())
  if (!configuration.ok) {
    complain(configuration.refusal.message)
    process.exit(exitStatus.wrongUsage)
  }
  const log = createLog(configuration.value.logFormat, print, () => Date.now())
  await serve(configuration.value, log, print).catch(fail)
} else {
  const run =
    command.value.name === 'collect'
      ? collect(command.value, print, complain)
      : verify(command.value, print)
  process.exitCode = (await run.catch(fail)) ? 0 : exitStatus.failed
}
