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
 * The answer, or 408 if the body of the request was needed and has not arrived in time: the body is
 * cut then, so that 408 means that nothing was done.
 */
export async function withinTime(
  incoming: IncomingMessage,
  limitMs: number,
  body: BodyCut,
  answer: Response | Promise<Response>,
): Promise<Response> {
  if (incoming.complete) return answer
  const timer = setTimeout(() => {
    // Otherwise the answer itself takes long, not the body.
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
