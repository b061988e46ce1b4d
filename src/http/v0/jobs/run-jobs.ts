import { knownJobs } from '#contract/jobs/collection-jobs.ts'
import { getJob, jobCalls } from '#contract/endpoints/jobs.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import { parseRetentionScope, wholeRegistry, type RetentionScope } from '#domain/retention/scope.ts'
import { retentionCodec } from '#services/jobs/kinds/retention/retention-codec.ts'
import type { JobStart, StartRefusal } from '#services/jobs/job-runner.ts'
import type { Context } from 'hono'
import { actorOf, type Env } from '../../request-context.ts'
import { ApiError, refusalError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { invalidParameter } from '../invalid-input.ts'
import { noSuchJob } from './jobs.ts'
import { readBody, readOptionalBody } from '../read-body.ts'
import type { Handlers } from '../mount-calls.ts'
import { viewerOf, type Viewer } from '../accounts/viewer.ts'
import { toJobResponse } from './job-response.ts'

export const jobStartHandlers = (services: ApiServices) =>
  ({
    startJob: async (context) => {
      const viewer = viewerOf(context)
      const { job, dryRun, plan, spareDeletedHours, scope, preview } = await readBody(
        context,
        jobCalls.startJob.body,
      )
      if (!knownJobs.some((known) => known === job)) throw unknownJob(job)
      if (job === retentionCodec.name) {
        const request = { scope: scopeIn(scope), previewID: preview ?? null }
        const cleaning = await services.jobs.startJob(job, request, startOf(context))
        if (!cleaning.ok) throw startError(cleaning.refusal, viewer)
        const view = toJobResponse(cleaning.value, viewer)
        return context.json(view, 202, { Location: pathOf(getJob, { id: view.id }) })
      }
      const started = await services.collections.startCollection({
        ...startOf(context),
        ...(dryRun === undefined ? {} : { dryRun }),
        ...(plan === undefined ? {} : { planID: plan }),
        ...(spareDeletedHours === undefined ? {} : { spareDeletedHours }),
      })
      if (!started.ok) throw startError(started.refusal, viewer)
      const body = toJobResponse(started.value, viewer)
      return context.json(body, 202, { Location: pathOf(getJob, { id: body.id }) })
    },
  }) satisfies Partial<Handlers<typeof jobCalls>>

/** A session is a person at the dashboard; Basic is a program, or a person with one. */
export const startOf = (context: Context<Env>): JobStart => ({
  trigger: context.var.sessionToken === null ? 'api' : 'person',
  actor: actorOf(context),
})

function scopeIn(text: string | undefined): RetentionScope {
  const scope = parseRetentionScope(text ?? wholeRegistry)
  if (scope.ok) return scope.value
  throw invalidParameter('scope', scope.refusal.message)
}

function unknownJob(job: string): ApiError {
  const known = knownJobs.join(', ')
  return new ApiError('INVALID_PARAMETERS', `job: "${job}" is no job; known are: ${known}`, {
    detail: { field: 'job', reason: 'unknown', known: knownJobs },
  })
}

function startError(refusal: StartRefusal, viewer: Viewer): ApiError {
  const { job, ...rest } = refusal
  return refusalError(rest, job && { job: toJobResponse(job, viewer) })
}

/** Cancelling a job that has ended is no error. */
export const jobCancelHandlers = ({ jobs }: ApiServices) =>
  ({
    cancelJob: async (context) => {
      await readOptionalBody(context, jobCalls.cancelJob.body)
      const id = context.req.param('id') ?? ''
      const outcome = await jobs.stopJob(id, actorOf(context))
      if (outcome === 'no such job') throw noSuchJob(id)
      return context.body(null, 204)
    },
  }) satisfies Partial<Handlers<typeof jobCalls>>
