import { Client } from 'pg'

/** Statements that were sent, each with a wait for its answer. */
export interface StatementCounts {
  /** Of accounts, settings and records. */
  readonly state: number
  /** Of what servers agree on, without what comes at its own times: beats, and acts that ended. */
  readonly agreement: number
}

/** Sent after an answer, or with the next beat, of all acts that ended since the last time. */
const comesLater = /^update agreement_intents set ended_at/

type Purpose = keyof StatementCounts | 'beats'

/** A connection serves one purpose, which shows in what it is asked. */
function purposeOf(statement: string): Purpose | null {
  if (/update agreement_servers set beat/.test(statement)) return 'beats'
  if (/agreement_/.test(statement)) return 'agreement'
  return /^(?:begin|start transaction|commit|rollback)/.test(statement) ? null : 'state'
}

/** Counts what this process asks any database, from now on. */
export function countStatements(): {
  /** What was sent since the last call. */
  take(): StatementCounts
  stop(): void
} {
  const prototype = Client.prototype as { query: (...words: never[]) => unknown }
  const inner = prototype.query
  const purposes = new WeakMap<object, Purpose>()
  let sent: object[] = []
  prototype.query = function counted(this: object, ...words: never[]) {
    const [first] = words as readonly (string | { readonly text?: string })[]
    const text = typeof first === 'string' ? first : (first?.text ?? '')
    const purpose = purposeOf(text)
    const known = purposes.get(this)
    if (purpose !== null && known !== 'beats') purposes.set(this, purpose)
    if (!comesLater.test(text.trimStart())) sent.push(this)
    return inner.apply(this, words)
  }
  return {
    take() {
      const counts = { state: 0, agreement: 0 }
      for (const client of sent) {
        const purpose = purposes.get(client)
        if (purpose === 'state' || purpose === 'agreement') counts[purpose] += 1
      }
      sent = []
      return counts
    },
    stop() {
      prototype.query = inner
    },
  }
}
