import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseConfiguration } from '#hosts/server/configuration.ts'

/* What deploy/ says, as far as it can be told without Docker and Kubernetes. */

const project = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): Promise<string> => readFile(join(project, path), 'utf8')
const readYaml = async <T>(path: string): Promise<T> => parse(await read(path)) as T

const { version } = JSON.parse(await read('package.json')) as { version: string }

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
}

interface StatefulSet extends Manifest {
  readonly spec: {
    readonly replicas: number
    readonly template: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number
        readonly enableServiceLinks: boolean
        readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number }
        readonly containers: readonly {
          readonly image: string
          readonly env: readonly { readonly name: string; readonly value: string }[]
          readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
          readonly volumeMounts: readonly { readonly mountPath: string }[]
        }[]
      }
    }
  }
}

interface Compose {
  readonly services: {
    readonly jetsam: {
      readonly build: { readonly context: string; readonly dockerfile: string }
      readonly environment: Readonly<Record<string, string>>
      readonly stop_grace_period: string
      readonly ports: readonly string[]
      readonly volumes: readonly string[]
    }
  }
}

const statefulSet = await readYaml<StatefulSet>('deploy/kubernetes/statefulset.yaml')
const pod = statefulSet.spec.template.spec
const [container] = pod.containers
if (container === undefined) throw new Error('the pod has no container')
const podEnvironment = Object.fromEntries(container.env.map(({ name, value }) => [name, value]))
const { jetsam: service } = (await readYaml<Compose>('deploy/compose.yaml')).services
const recipe = await read('deploy/Dockerfile')
const imageEnvironment = Object.fromEntries(
  [...recipe.matchAll(/(JETSAM_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
)

/** How long the server waits for pushes, in the given environment. */
function drainMs(environment: Readonly<Record<string, string>>): number {
  const configuration = parseConfiguration({ ...imageEnvironment, ...environment }, '/data')
  if (!configuration.ok) throw new Error(configuration.refusal.message)
  return configuration.value.drainMs
}

/** The complaints of the compiler about manifests as values of the published types. */
async function flawsOf(manifests: readonly Manifest[]): Promise<string> {
  // Within the project, for its packages.
  const temporary = join(project, 'node_modules/.tmp')
  await mkdir(temporary, { recursive: true })
  const place = await mkdtemp(join(temporary, 'manifests-'))
  try {
    const lines = manifests.map((manifest, index) => {
      const type = `import('kubernetes-types/${manifest.apiVersion.replace(/^v/, 'core/v')}').${manifest.kind}`
      return `export const manifest${index}: ${type} = ${JSON.stringify(manifest)}`
    })
    await writeFile(join(place, 'manifests.ts'), lines.join('\n'))
    const options = [
      '--ignoreConfig',
      '--noEmit',
      '--strict',
      '--module',
      'preserve',
      '--skipLibCheck',
      'false',
    ]
    const words = ['--no-install', 'tsc', ...options, join(place, 'manifests.ts')]
    const { status, stdout, stderr } = spawnSync('npx', words, {
      cwd: place,
      encoding: 'utf8',
    })
    return status === 0 ? '' : stdout + stderr
  } finally {
    await rm(place, { recursive: true })
  }
}

describe('the manifests for Kubernetes', () => {
  const folder = 'deploy/kubernetes'

  it('have the fields that Kubernetes publishes, in their types', async () => {
    const names = await readdir(join(project, folder))
    const manifests = await Promise.all(names.map((name) => readYaml<Manifest>(join(folder, name))))
    expect(manifests.map(({ kind }) => kind).toSorted()).toEqual(['Service', 'StatefulSet'])
    expect(await flawsOf(manifests)).toBe('')
    // Otherwise nothing would be found by this.
    const misspelt = JSON.parse(
      JSON.stringify(statefulSet).replace('readOnlyRootFilesystem', 'readOnlyRootFileSystem'),
    ) as Manifest
    expect(await flawsOf([misspelt])).toContain('"readOnlyRootFileSystem"')
  })

  it('run the image as it is meant to run', () => {
    const { runAsUser, runAsGroup } = pod.securityContext
    expect(recipe).toContain(`\nUSER ${runAsUser}:${runAsGroup}\n`)
    expect(container.image).toMatch(new RegExp(`/jetsam:${version}$`))
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toEqual([
      imageEnvironment.JETSAM_DATA,
    ])
    expect(recipe).toContain(`\nEXPOSE ${container.ports[0]?.containerPort}\n`)
  })

  it('give one server time for pushes before Kubernetes kills it', () => {
    expect(statefulSet.spec.replicas).toBe(1)
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(drainMs(podEnvironment))
  })

  it('keep away the variables of Services, which the server refuses', () => {
    expect(pod.enableServiceLinks).toBe(false)
  })
})

describe('the file for compose', () => {
  it('builds the image of this folder', async () => {
    const context = join('deploy', service.build.context)
    expect(await read(join(context, service.build.dockerfile))).toBe(recipe)
  })

  it('gives the server time for pushes before it is killed', () => {
    const [, minutes] = /^(\d+)m$/.exec(service.stop_grace_period) ?? []
    expect(Number(minutes) * 60_000).toBeGreaterThan(drainMs(service.environment))
  })

  it('publishes the port, and keeps the data', () => {
    expect(service.ports).toEqual(['127.0.0.1:4400:4400'])
    expect(service.volumes).toEqual([`data:${imageEnvironment.JETSAM_DATA}`])
  })
})

interface Addressed {
  readonly networks: { readonly default: { readonly ipv4_address: string } }
}

const addressOf = ({ networks }: Addressed): string => networks.default.ipv4_address

interface ComposeOfThree {
  readonly services: Readonly<
    Record<
      'one' | 'two' | 'three',
      Addressed & {
        readonly environment: Readonly<Record<string, string>>
        readonly stop_grace_period: string
        readonly volumes: readonly string[]
        readonly read_only: boolean
      }
    >
  > & {
    readonly balancer: Addressed & { readonly volumes: readonly string[] }
  }
  readonly networks: {
    readonly default: {
      readonly ipam: { readonly config: readonly [{ subnet: string; ip_range: string }] }
    }
  }
}

describe('the file for three servers', async () => {
  const text = await read('deploy/compose-three.yaml')
  const { services, networks } = parse(text, { merge: true }) as ComposeOfThree
  const servers = [services.one, services.two, services.three]
  const environments = servers.map(({ environment }) => ({
    ...imageEnvironment,
    ...environment,
    JETSAM_DATABASE: environment.JETSAM_DATABASE?.replace(/\$\{[^}]*\}/, 'secret') ?? '',
  }))

  it('gives them one storage and one database, and a folder of its own to each', () => {
    const configurations = environments.map((environment) => {
      const configuration = parseConfiguration(environment, '/data')
      if (!configuration.ok) throw new Error(configuration.refusal.message)
      return configuration.value
    })
    const all = <T>(pick: (one: (typeof configurations)[number]) => T): number =>
      new Set(configurations.map(pick)).size
    expect(configurations.every(({ isOneOfSeveral }) => isOneOfSeveral)).toBe(true)
    expect(all(({ storageFolder }) => storageFolder)).toBe(1)
    expect(all(({ databaseURL }) => databaseURL)).toBe(1)
    expect(all(({ dataFolder }) => dataFolder)).toBe(3)
  })

  it('gives each time for pushes, and nothing else to write to', () => {
    for (const [position, server] of servers.entries()) {
      const [, minutes] = /^(\d+)m$/.exec(server.stop_grace_period) ?? []
      expect(Number(minutes) * 60_000).toBeGreaterThan(drainMs(environments[position] ?? {}))
      expect(server.volumes).toEqual([`data:${imageEnvironment.JETSAM_DATA}`])
      expect(server.read_only).toBe(true)
    }
  })

  it('has a balancer that the servers believe, and that knows each of them', async () => {
    for (const { environment } of servers) {
      expect(environment.JETSAM_TRUSTED_PROXIES).toBe(addressOf(services.balancer))
    }
    // What has no address of its own, as the database, takes any of a range, and starts first.
    expect(networks.default.ipam.config).toEqual([
      { subnet: '172.28.44.0/24', ip_range: '172.28.44.128/25' },
    ])
    const addresses = [services.balancer, ...servers].map(addressOf)
    expect(new Set(addresses).size).toBe(4)
    for (const address of addresses) {
      const [, last] = /^172\.28\.44\.(\d+)$/.exec(address) ?? []
      expect(Number(last)).toBeLessThan(128)
    }
    const lines = await read('deploy/balancer.conf')
    // A machine that is gone refuses no connection, and nginx would wait a minute for it.
    expect(lines).toContain('proxy_connect_timeout 2s;')
    for (const name of ['one', 'two', 'three']) expect(lines).toContain(`server ${name}:4400;`)
  })
})

it('the image has the version of the package', () => {
  expect(recipe).toContain(`\nARG VERSION=${version}\n`)
})
