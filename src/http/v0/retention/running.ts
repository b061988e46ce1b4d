import type { runningCalls } from '#contract/endpoints/running.ts'
import { runningReportRequest, type WireRunningReport } from '#contract/rules/running.ts'
import { maximumReportBytes } from '#domain/retention/running-report.ts'
import {
  mayReport,
  noSuchReport,
  parseClusterName,
  removeRunningReport,
  reportRunning,
} from '#services/retention/running/report-running.ts'
import type { ClusterLook } from '#services/retention/running/running-guard.ts'
import { getRetentionSettings } from '#services/retention/settings.ts'
import type { Context } from 'hono'
import { signedIn } from '../../middleware/access.ts'
import { actorOf, confirming, type Env } from '../../request-context.ts'
import { ApiError, refusalError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { toInstantOrNull } from '../instant.ts'
import { invalidParameter } from '../invalid-input.ts'
import type { Handlers } from '../mount-calls.ts'
import { isOfType, readLargeBody, readText } from '../read-body.ts'

const namedInLists = 10
const namedOfOne = 1000

const clusterOf = (context: Context<Env>): string => context.req.param('cluster') ?? ''

/** The cluster, if the caller may report for it. */
async function clusterToReport(context: Context<Env>, services: ApiServices): Promise<string> {
  const { name, isAdmin } = signedIn(context)
  const cluster = parseClusterName(clusterOf(context))
  if (!cluster.ok) throw invalidParameter('cluster', cluster.refusal.message)
  if (isAdmin || (await mayReport(services, cluster.value, name))) return cluster.value
  throw new ApiError(
    'NOT_AUTHORIZED',
    `${name} may not report for ${cluster.value}: an administrator names the account of each cluster in the retention settings`,
  )
}

/** One image a line: that of a JSON body is its position. */
async function reportIn(context: Context<Env>): Promise<string> {
  if (isOfType(context, 'text/plain')) {
    return await readText(context, ['text/plain'], maximumReportBytes)
  }
  const { images } = await readLargeBody(context, runningReportRequest, maximumReportBytes)
  // A line break within one would be another image, with another number.
  return images.map((image) => image.replaceAll(/[\r\n]/g, ' ')).join('\n')
}

export const runningHandlers = (services: ApiServices) => {
  const { registry, running } = services

  async function toWire(look: ClusterLook, named: number): Promise<WireRunningReport> {
    const { cluster, source, reportedAtMs, reportedBy, problem, references } = look
    const unknown = await registry.queries.unknownReferences(references)
    return {
      cluster,
      source,
      reportedAt: toInstantOrNull(reportedAtMs),
      reportedBy,
      problem,
      images: references.length,
      unknown: unknown.length,
      unknownImages: unknown.slice(0, named).map(({ line, text }) => ({ line, image: text })),
    }
  }

  async function one(cluster: string): Promise<WireRunningReport> {
    const look = (await running.look()).find((each) => each.cluster === cluster)
    if (look === undefined) throw refusalError(noSuchReport(cluster))
    return await toWire(look, namedOfOne)
  }

  return {
    listRunning: async (context) => {
      const looks = await running.look()
      const settings = await getRetentionSettings(services)
      const reports: WireRunningReport[] = []
      for (const look of looks) reports.push(await toWire(look, namedInLists))
      return context.json({ maximumAgeMinutes: settings.running.maximumAgeMinutes, reports })
    },
    getRunning: async (context) => context.json(await one(clusterOf(context))),
    reportRunning: async (context) => {
      const cluster = await clusterToReport(context, services)
      const reported = await reportRunning(services, {
        cluster,
        text: await reportIn(context),
        actor: actorOf(context),
        beforeChange: confirming(context),
      })
      if (!reported.ok) throw refusalError(reported.refusal)
      return context.json(await one(cluster))
    },
    removeRunning: async (context) => {
      const removed = await removeRunningReport(services, clusterOf(context), actorOf(context))
      if (!removed.ok) throw refusalError(removed.refusal)
      return context.body(null, 204)
    },
  } satisfies Handlers<typeof runningCalls>
}
