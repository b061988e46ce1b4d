import type { GatePass, GateRequest } from '#coordination/push-gate.ts'
import type { ApiServices } from '../../services.ts'
import { OciError } from '../oci-error.ts'

/** The message that clients print when a collection keeps them out. */
function gateClosedMessage(secondsLeft: number | null): string {
  const left = secondsLeft === null ? '' : ` (about ${Math.max(1, Math.round(secondsLeft))} s left)`
  return `garbage collection is running, pushes are rejected until it finishes${left}; try again later`
}

/**
 * Writes inside the push gate, or refuses with 405. This status and JSON, because every client then
 * stops at once and prints the message; with 503 or 429 some lose it and some retry for long.
 */
export async function throughGate(
  { gate }: ApiServices,
  request: GateRequest,
  write: (pass: GatePass) => Promise<Response>,
): Promise<Response> {
  const answer = await gate.enter(request)
  if (!answer.entered) {
    throw new OciError('UNSUPPORTED', gateClosedMessage(answer.secondsLeft))
  }
  try {
    return await write(answer)
  } finally {
    answer.leave()
  }
}
