import type { AnsweredRequest } from '#http/metrics/request-metrics.ts'
import type { Log } from './log.ts'

/** What watches a server asks all the time; only when it does not get its answer is that news. */
const probes = new Set(['/healthz', '/metrics'])

/** One line for each request. Neither its query nor its headers: credentials are in those. */
export const logRequests =
  (log: Log) =>
  ({ method, path, status, durationMs, account, from }: AnsweredRequest): void => {
    if (probes.has(path) && status < 400) return
    log(status >= 500 ? 'warn' : 'info', `${method} ${path}`, {
      method,
      path,
      status,
      durationMs,
      account,
      from,
    })
  }
