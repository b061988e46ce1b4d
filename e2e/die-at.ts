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

let isDying = false

const die = (): boolean => process.kill(process.pid, 'SIGKILL')

interface RemovingRequest {
  readonly id: number
  readonly calls: readonly { readonly method: string; readonly args: readonly unknown[] }[]
}

/** As much of a request as may happen before the process dies; null: it does not die of this one. */
function beforeDeath(request: RemovingRequest): RemovingRequest | null {
  const calls: RemovingRequest['calls'][number][] = []
  for (const call of request.calls) {
    if (call.method !== 'deleteBatch') {
      calls.push(call)
      continue
    }
    const [keys, ...how] = call.args as [readonly string[], unknown]
    const left = dieAt - changes - 1
    changes += keys.length
    if (changes < dieAt) {
      calls.push(call)
      continue
    }
    isDying = true
    if (left > 0) calls.push({ ...call, args: [keys.slice(0, left), ...how] })
    return { ...request, calls }
  }
  return null
}

/** A thread removes for a collection: the process dies amid a batch, before it is told what came of it. */
const { postMessage } = Worker.prototype
Worker.prototype.postMessage = function (...words: Parameters<typeof postMessage>) {
  // Nothing more happens, but what is under way.
  if (isDying) return
  const request = words[0] as Partial<RemovingRequest>
  const { id, calls } = request
  const isCounted = isArmed && diesOf === 'files' && id !== undefined && calls !== undefined
  const last = isCounted ? beforeDeath({ id, calls }) : null
  if (last === null) {
    postMessage.apply(this, words)
    return
  }
  if (last.calls.length === 0) die()
  this.prependListener('message', (answer: { readonly id: number }) => answer.id === id && die())
  postMessage.call(this, { ...request, ...last })
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
