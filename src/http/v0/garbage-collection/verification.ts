import { verificationCalls } from '#contract/endpoints/verification.ts'
import type { RequestedVerification as WireVerification } from '#contract/jobs/verification.ts'
import type { VerificationView } from '#services/jobs/kinds/verification/verification-codec.ts'
import { actorOf } from '../../request-context.ts'
import { refusalError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant, toInstantOrNull } from '../instant.ts'
import { readOptionalBody } from '../read-body.ts'
import { startOf } from '../jobs/run-jobs.ts'
import type { Handlers } from '../mount-calls.ts'

/** Names every broken repository: for administrators only. */
export const verificationHandlers = ({ verifications }: ApiServices) =>
  ({
    getVerification: async (context) => {
      const last = await verifications.lastVerification()
      return context.json(last && toVerificationResponse(last))
    },
    startVerification: async (context) => {
      const { full = false } = await readOptionalBody(
        context,
        verificationCalls.startVerification.body,
      )
      const started = await verifications.startVerification(full, startOf(context))
      if (!started.ok) {
        const { code, message } = started.refusal
        throw refusalError({ code, message })
      }
      return context.json(toVerificationResponse(started.value), 202)
    },
    stopVerification: async (context) => {
      await verifications.stopVerification(actorOf(context))
      return context.body(null, 204)
    },
  }) satisfies Partial<Handlers<typeof verificationCalls>>

function toVerificationResponse({ job }: VerificationView): WireVerification {
  const { request, actor, startedAtMs, updatedAtMs, finishedAtMs, progress, result, error } = job
  return {
    full: request.full,
    actor,
    startedAt: toInstant(startedAtMs ?? updatedAtMs),
    finishedAt: toInstantOrNull(finishedAtMs),
    progress:
      progress && finishedAtMs === null ? { done: progress.done, total: progress.total } : null,
    result: result && { ...result, broken: [...result.broken], unread: [...(result.unread ?? [])] },
    error,
  }
}
