import type { IncomingMessage } from 'node:http'
import { statusOfErrorCode, type ErrorBody } from '#contract/errors.ts'

const tooSlow: ErrorBody = {
  errors: [
    {
      code: 'BODY_TOO_SLOW',
      message: 'the body of the request took too long to arrive: send it again',
    },
  ],
}

/** The answer, or 408 when the body of the request has not arrived after so long. */
export async function withinTime(
  incoming: IncomingMessage,
  limitMs: number,
  answer: Response | Promise<Response>,
): Promise<Response> {
  if (incoming.complete) return answer
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Response>((resolve) => {
    timer = setTimeout(() => {
      // From here on it is the answer that takes its time.
      if (incoming.complete) return
      resolve(Response.json(tooSlow, { status: statusOfErrorCode.BODY_TOO_SLOW }))
    }, limitMs)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
