import type { S3Client } from '@aws-sdk/client-s3'
import { outcomeOf, type RequestOutcome } from '../s3-errors.ts'

/** What was asked of the store since the start, each attempt by itself. */
export interface RequestCounts {
  watch(client: S3Client): void
  read(): StoreRequests
}

export interface StoreRequests {
  readonly requests: readonly {
    /** As the store's API names it: `GetObject`. */
    readonly operation: string
    readonly outcome: RequestOutcome
    readonly count: number
  }[]
  /** Those of them that repeated one before. */
  readonly retries: number
}

/** Of the header in which the SDK counts the attempts. */
const attemptOf = (headers: Readonly<Record<string, string>>): number =>
  Number(/attempt=(\d+)/.exec(headers['amz-sdk-request'] ?? '')?.[1] ?? 1)

export function createRequestCounts(): RequestCounts {
  const counts = new Map<string, Map<RequestOutcome, number>>()
  let retries = 0

  function count(operation: string, outcome: RequestOutcome): void {
    const ofOperation = counts.get(operation) ?? new Map<RequestOutcome, number>()
    counts.set(operation, ofOperation)
    ofOperation.set(outcome, (ofOperation.get(outcome) ?? 0) + 1)
  }

  return {
    watch(client) {
      client.middlewareStack.add(
        (next, context) => async (args) => {
          const operation = String(context.commandName).replace(/Command$/, '')
          const { headers } = args.request as { headers: Readonly<Record<string, string>> }
          if (attemptOf(headers) > 1) retries += 1
          try {
            const answer = await next(args)
            count(operation, 'ok')
            return answer
          } catch (error) {
            count(operation, outcomeOf(error))
            throw error
          }
        },
        // Around what turns an answer into an error.
        { step: 'deserialize', priority: 'high', name: 'requestCounts' },
      )
    },
    read: () => ({
      requests: Array.from(counts, ([operation, outcomes]) =>
        Array.from(outcomes, ([outcome, times]) => ({ operation, outcome, count: times })),
      ).flat(),
      retries,
    }),
  }
}
