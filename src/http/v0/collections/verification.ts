import {
  verificationRequest,
  type RequestedVerification as WireVerification,
} from '#contract/verification.ts'
import type { RequestedVerification } from '#services/jobs/kinds/verification/verifications.ts'
import { actorOf } from '../../env.ts'
import { refusalError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant } from '../instant.ts'
import { readOptionalBody } from '../read-body.ts'
import type { Resource } from '../mount-resource.ts'

/** Names every broken repository: for administrators only. */
export const verificationResource = ({ verifications }: ApiServices): Resource => ({
  GET: {
    by: 'administrator',
    answer: (context) => {
      const last = verifications.lastVerification()
      return context.json(last && toVerificationResponse(last))
    },
  },
  POST: {
    by: 'administrator',
    answer: async (context) => {
      const { full = false } = await readOptionalBody(context, verificationRequest)
      const started = await verifications.startVerification(full, actorOf(context))
      if (!started.ok) throw refusalError(started.refusal)
      return context.json(toVerificationResponse(started.value), 202)
    },
  },
  DELETE: {
    by: 'administrator',
    answer: async (context) => {
      await verifications.stopVerification()
      return context.body(null, 204)
    },
  },
})

const toVerificationResponse = (verification: RequestedVerification): WireVerification => {
  const { full, actor, startedAtMs, finishedAtMs, progress, result, error } = verification
  return {
    full,
    actor,
    startedAt: toInstant(startedAtMs),
    finishedAt: finishedAtMs === null ? null : toInstant(finishedAtMs),
    progress,
    result: result && { ...result, broken: [...result.broken], unread: [...(result.unread ?? [])] },
    error,
  }
}
