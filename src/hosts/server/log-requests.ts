import type { AnsweredRequest } from '#http/metrics/request-metrics.ts'
import type { Log } from './log.ts'

/** Requests of monitoring, which are frequent; they are logged only when they fail. */
const probes = new Set(['/healthz', '/metrics'])

/** One line for each request. Without its query and headers, because these may hold credentials. */
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
