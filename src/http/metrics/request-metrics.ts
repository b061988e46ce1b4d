import { parseV2Path } from '../v2/v2-path.ts'
import { createCounter } from './counter.ts'
import type { MetricFamily } from './exposition.ts'
import { createHistogram } from './histogram.ts'

/** A request and its answer: everything that may be counted and logged of it. */
export interface AnsweredRequest {
  readonly method: string
  /** Without the query. It may hold names, but never a secret. */
  readonly path: string
  readonly status: number
  /** Until the answer started; its body may take longer. In milliseconds. */
  readonly durationMs: number
  /** The caller's account, if the credentials were valid. */
  readonly account: string | null
  readonly from: string | null
}

export interface RequestMetrics {
  count(request: AnsweredRequest): void
  families(): readonly MetricFamily[]
}

/** Clients may send any word as a method: only these become labels. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

const apiOf = (path: string): string =>
  /^\/(?:api\/(v0)|(v2))(?:\/|$)/.exec(path)?.slice(1).find(Boolean) ?? 'other'

/** Requests by part of the API, method and status; and pushes and pulls of manifests. */
export function createRequestMetrics(): RequestMetrics {
  const requests = createCounter({
    name: 'jetsam_http_requests_total',
    help: 'Requests that were answered, by part of the API.',
  })
  const durations = createHistogram({
    name: 'jetsam_http_request_duration_seconds',
    help: 'How long it took until an answer began, by part of the API.',
    upperBounds: [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
  })
  const pushes = createCounter({
    name: 'jetsam_manifest_pushes_total',
    help: 'Manifests that clients pushed.',
    from: [{}],
  })
  const pulls = createCounter({
    name: 'jetsam_manifest_pulls_total',
    help: 'Manifests that clients pulled; an image for several platforms counts twice.',
    from: [{}],
  })

  return {
    count({ method, path, status, durationMs }) {
      const api = apiOf(path)
      const label = methods.has(method) ? method : 'other'
      requests.add({ api, method: label, status: String(status) })
      durations.observe({ api }, Math.max(0, durationMs) / 1000)
      if (api !== 'v2' || parseV2Path(path)?.kind !== 'manifest') return
      if (method === 'PUT' && status === 201) pushes.add({})
      if (method === 'GET' && status === 200) pulls.add({})
    },
    families: () => [requests.family(), durations.family(), pushes.family(), pulls.family()],
  }
}
