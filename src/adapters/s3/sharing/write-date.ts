import type { S3Client } from '@aws-sdk/client-s3'

/*
 * Nothing keeps a server from sending a write after the others have counted it out: it may have been
 * frozen between its last look and the call. But a store refuses a request whose signature is older
 * than a quarter of an hour. So one of several servers signs each write with a date from before it
 * was last told that the others count on it. What it sends after they no longer do is refused, once
 * that time has passed; the date is the store's own, so that no clock of ours is believed.
 */

/** A store refuses what is signed with a date that is further from its own time. */
export const signatureMs = 15 * 60_000

/** The date with which writes are signed. */
export interface WriteDate {
  /** Takes the store's time from each answer, and signs each write of the client. */
  watch(client: S3Client): void
  /**
   * The others have counted on this server at this moment. Writes are signed as of then, or of a
   * little earlier: of the last answer of the store that had come by then.
   *
   * @param monotonicMs of the clock that this was made with
   */
  reliedOnAt(monotonicMs: number): void
  /** Whether the writes of this server have such a date: others write beside it. */
  isOfSeveral(): boolean
}

interface Answered {
  readonly atMs: number
  readonly storeMs: number
}

/** Answers that come closer together tell the same. */
const apartMs = 250
/** They reach back for a minute: longer than any answer of the database takes. */
const answersKept = 256

const writes: ReadonlySet<string> = new Set(['PUT', 'POST', 'DELETE'])

/** @param dateOf null: the time of the request itself */
export function signWritesAs(client: S3Client, dateOf: () => Date | null): void {
  const { signer: open } = client.config
  client.config.signer = async (scheme) => {
    const signer = await open(scheme)
    const sign: typeof signer.sign = (request, options) => {
      const signingDate = writes.has(request.method) ? dateOf() : null
      return signer.sign(request, { ...options, ...(signingDate && { signingDate }) })
    }
    // It has other ways to sign beside this one.
    return Object.create(signer, { sign: { value: sign } }) as typeof signer
  }
}

/** @param monotonicMs a clock that cannot be set */
export function createWriteDate(monotonicMs: () => number): WriteDate {
  const answers: Answered[] = []
  let date: Date | null = null

  function see(text: string | undefined): void {
    const [atMs, storeMs] = [monotonicMs(), Date.parse(text ?? '')]
    if (Number.isNaN(storeMs) || atMs - (answers.at(-1)?.atMs ?? -Infinity) < apartMs) return
    answers.push({ atMs, storeMs })
    if (answers.length > answersKept) answers.shift()
  }

  return {
    watch(client) {
      client.middlewareStack.add(
        (next) => async (args) => {
          const answer = await next(args)
          const { headers } = answer.response as { headers?: Record<string, string> }
          see(headers?.date)
          return answer
        },
        { step: 'deserialize', name: 'writeDate' },
      )
      signWritesAs(client, () => date)
    },

    reliedOnAt(moment) {
      const before = answers.findLast(({ atMs }) => atMs <= moment)
      if (before !== undefined) date = new Date(before.storeMs)
    },

    isOfSeveral: () => date !== null,
  }
}
