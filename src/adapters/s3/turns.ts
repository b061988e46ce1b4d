import type { S3Client } from '@aws-sdk/client-s3'

/** Requests that wait for their answer at the same time; more wait for their turn. */
export interface Turns {
  watch(client: S3Client): void
}

/**
 * A turn ends with the answer, and not with its body: as many clients as like may read bodies
 * slowly, and keep no other request from the store. A request is signed, and its time limits begin,
 * once it has its turn. The client's own limit would be one of connections, which bodies hold, and
 * it counts the time of waiting for one as time in which the store did not answer.
 */
export function createTurns(atOnce: number): Turns {
  let taken = 0
  const waiting: (() => void)[] = []

  async function begin(): Promise<void> {
    if (taken < atOnce) taken += 1
    // A request that ends passes its turn on.
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }

  function end(): void {
    const next = waiting.shift()
    if (next) next()
    else taken -= 1
  }

  const inTurn =
    <Request, Answer>(send: (request: Request) => Promise<Answer>) =>
    async (request: Request): Promise<Answer> => {
      await begin()
      try {
        return await send(request)
      } finally {
        end()
      }
    }

  return {
    watch(client) {
      client.middlewareStack.addRelativeTo(inTurn, {
        // After the retries, which wait between two attempts.
        relation: 'before',
        toMiddleware: 'httpSigningMiddleware',
        name: 'turns',
      })
    },
  }
}
