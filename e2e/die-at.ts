import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { Worker } from 'node:worker_threads'
import Libsql from 'libsql'

/**
 * Loaded before a server: after SIGUSR2, the server kills itself, as a power cut would, just before
 * the nth change of a folder on disk (`DIE_AT`, from 1), or with `DIE_OF=state` of the state.
 */
const dieAt = Number(process.env['DIE_AT'])
const diesOf = process.env['DIE_OF'] ?? 'files'
let isArmed = false
let changes = 0

function beforeChange(of: 'files' | 'state' = 'files'): void {
  if (!isArmed || of !== diesOf) return
  changes += 1
  if (changes === dieAt) process.kill(process.pid, 'SIGKILL')
}

const { rename, unlink, rmdir, mkdir } = files
Object.assign(files, {
  rename: (...words: Parameters<typeof rename>) => (beforeChange(), rename(...words)),
  unlink: (...words: Parameters<typeof unlink>) => (beforeChange(), unlink(...words)),
  rmdir: (...words: Parameters<typeof rmdir>) => (beforeChange(), rmdir(...words)),
  mkdir: (...words: Parameters<typeof mkdir>) => (beforeChange(), mkdir(...words)),
})
syncBuiltinESMExports()

/**
 * A thread makes a collection's removals: the process dies while the thread works, before it gets
 * the answer.
 */
const { postMessage } = Worker.prototype
Worker.prototype.postMessage = function (...words: Parameters<typeof postMessage>) {
  const { calls = [] } = words[0] as { calls?: readonly { readonly method: string }[] }
  for (const { method } of calls) if (method === 'removeFolder') beforeChange()
  postMessage.apply(this, words)
}

type Run = (...words: unknown[]) => unknown
type Statement = Record<'iterate' | 'run', Run>
const database = Libsql.prototype as unknown as { prepare: (sql: string) => Statement }
const { prepare } = database
database.prepare = function (sql) {
  const statement = prepare.call(this, sql)
  if (/^\s*(?:select|pragma)\b/i.test(sql)) return statement
  for (const name of ['iterate', 'run'] as const) {
    const run = statement[name].bind(statement)
    statement[name] = (...words) => (beforeChange('state'), run(...words))
  }
  return statement
}

process.on('SIGUSR2', () => {
  isArmed = true
  process.stdout.write('armed\n')
})
