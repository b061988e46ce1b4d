import type { S3Client } from '@aws-sdk/client-s3'
import { createTurns } from '#domain/time/turns.ts'

/** Requests that wait for their answer at the same time; more wait for their turn. */
export interface RequestTurns {
  watch(client: S3Client): void
}

/**
 * A turn ends with the answer, and not with its body: as many clients as like may read bodies
 * slowly, and keep no other request from the store. A request is signed, and its time limits begin,
 * once it has its turn. The client's own limit would be one of connections, which bodies hold, and
 * it counts the time of waiting for one as time in which the store did not answer.
 */
export function createRequestTurns(atOnce: number): RequestTurns {
  const inTurn = createTurns(atOnce)
  return {
    watch(client) {
      client.middlewareStack.addRelativeTo(
        <Request, Answer>(send: (request: Request) => Promise<Answer>) =>
          (request: Request) =>
            inTurn(() => send(request)),
        // After the retries, which wait between two attempts.
        { relation: 'before', toMiddleware: 'httpSigningMiddleware', name: 'turns' },
      )
    },
  }
}
