/** What a repository of the company is built from, and by whom. */
export interface Service {
  readonly name: string
  readonly runtime: 'node' | 'python' | 'jdk' | 'go'
  /** The newest release; older ones follow from it. */
  readonly version: readonly [major: number, minor: number, patch: number]
  readonly releases: number
  /** Builds of the main branch that still have a tag. */
  readonly builds: number
  /** Builds of pull requests. */
  readonly requests: number
  /** Signed, with a list of what is inside. */
  readonly isSigned?: true
  /** The person who releases; else the pipeline does. */
  readonly owner?: string
}

const service = (
  name: string,
  runtime: Service['runtime'],
  version: Service['version'],
  [releases, builds, requests]: readonly [number, number, number],
  more: Pick<Service, 'isSigned' | 'owner'> = {},
): Service => ({ name, runtime, version, releases, builds, requests, ...more })

export const services: readonly Service[] = [
  service('shop/checkout', 'node', [4, 18, 2], [14, 6, 9], { isSigned: true, owner: 'dana' }),
  service('shop/web', 'node', [12, 3, 0], [12, 7, 14]),
  service('shop/cart', 'node', [3, 9, 1], [9, 4, 5]),
  service('shop/catalog', 'jdk', [2, 31, 0], [10, 4, 6]),
  service('shop/search', 'jdk', [1, 22, 4], [8, 3, 4]),
  service('shop/recommendations', 'python', [0, 41, 0], [7, 3, 3], { owner: 'mira' }),
  service('shop/email', 'node', [2, 4, 7], [6, 2, 1]),
  service('shop/images', 'go', [1, 8, 0], [6, 3, 2]),
  service('pay/gateway', 'jdk', [7, 2, 3], [13, 4, 5], { isSigned: true, owner: 'tomas' }),
  service('pay/ledger', 'jdk', [5, 0, 9], [11, 3, 3], { isSigned: true, owner: 'tomas' }),
  service('pay/fraud', 'python', [3, 6, 0], [8, 3, 4], { isSigned: true }),
  service('pay/invoices', 'node', [2, 12, 1], [7, 3, 2]),
  service('pay/reports', 'python', [1, 5, 3], [5, 2, 1]),
  service('data/etl', 'python', [6, 1, 0], [9, 4, 4], { owner: 'priya' }),
  service('data/events', 'go', [2, 0, 6], [7, 3, 2]),
  service('data/exporter', 'python', [1, 14, 2], [6, 2, 1]),
  service('data/warehouse', 'jdk', [3, 3, 1], [6, 2, 2], { owner: 'priya' }),
  service('platform/auth', 'go', [4, 7, 0], [10, 3, 4], { isSigned: true }),
  service('platform/audit', 'go', [1, 3, 5], [6, 2, 1], { isSigned: true }),
  service('platform/flags', 'node', [2, 2, 2], [6, 3, 2]),
  service('platform/proxy', 'go', [3, 1, 8], [8, 2, 1]),
  service('platform/metrics', 'go', [0, 19, 0], [6, 2, 1]),
  service('platform/backup', 'go', [1, 0, 4], [4, 1, 0]),
  service('platform/ci-runner', 'node', [9, 4, 0], [7, 3, 2]),
  service('platform/legacy-proxy', 'jdk', [1, 9, 14], [5, 0, 0]),
  service('mobile/api', 'node', [8, 0, 3], [10, 4, 7]),
  service('mobile/push', 'go', [2, 6, 1], [6, 2, 2]),
  service('support/desk', 'node', [1, 17, 0], [6, 3, 2]),
  service('support/chat', 'node', [0, 9, 3], [5, 2, 3]),
]

/** The images that services stand on, for two platforms each. */
export const bases = [
  { name: 'library/debian', from: null, tags: ['12', '13'] },
  { name: 'library/node', from: 'node', tags: ['20', '22', '24'] },
  { name: 'library/python', from: 'python', tags: ['3.12', '3.13'] },
  { name: 'library/jdk', from: 'jdk', tags: ['21', '25'] },
  { name: 'library/go', from: 'go', tags: ['1.25', '1.26'] },
] as const

/** Images with models, which are the largest. */
export const models = [
  { name: 'ml/ranking', versions: 5 },
  { name: 'ml/forecast', versions: 4 },
  { name: 'ml/vision', versions: 4 },
] as const

/** The layers that a build adds, as its history names them. */
export const instructions = {
  node: ['RUN npm ci --omit=dev', 'COPY dist /srv/app'],
  python: ['RUN pip install --no-cache-dir -r requirements.txt', 'COPY src /srv/app'],
  jdk: ['COPY libs /srv/app/lib', 'COPY app.jar /srv/app/'],
  go: ['RUN apt-get install -y ca-certificates tzdata', 'COPY bin/server /usr/local/bin/'],
} as const
