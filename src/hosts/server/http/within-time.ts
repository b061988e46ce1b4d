import type { IncomingMessage } from 'node:http'
import { statusOfErrorCode, type ErrorBody } from '#contract/errors.ts'
import type { BodyCut } from './body-of-incoming.ts'

const tooSlow: ErrorBody = {
  errors: [
    {
      code: 'BODY_TOO_SLOW',
      message: 'the body of the request took too long to arrive: send it again',
    },
  ],
}

/**
 * The answer, or 408 when the body of the request has not arrived after so long, and was needed: it is
 * cut then, so that 408 says that nothing was done.
 */
export async function withinTime(
  incoming: IncomingMessage,
  limitMs: number,
  body: BodyCut,
  answer: Response | Promise<Response>,
): Promise<Response> {
  if (incoming.complete) return answer
  const timer = setTimeout(() => {
    // Otherwise it is the answer that takes its time.
    if (!incoming.complete) body.cut()
  }, limitMs)
  try {
    const answered = await answer
    return body.wasMissed()
      ? Response.json(tooSlow, { status: statusOfErrorCode.BODY_TOO_SLOW })
      : answered
  } finally {
    clearTimeout(timer)
  }
}
