import type { ClientAnswer, RegistryClient } from '../builders/registry-client.ts'
import { contentOf, type TinyContent, type TinyManifest } from '../builders/tiny-image.ts'
import { getPolicy } from '#services/settings/policy.ts'
import type { CollectionJob } from '#services/jobs/kinds/collection/collection-codec.ts'
import { findCollection } from '#services/jobs/kinds/collection/collection-history.ts'
import { createTestApi, type TestApi, type TestApiOptions } from '../builders/test-api.ts'

/** A whole registry over memory, called as real clients do. */
export interface World {
  readonly api: TestApi
  readonly admin: RegistryClient
  push(repository: string, image: TinyManifest, ...references: readonly string[]): Promise<void>
  /** `DELETE /v2/…/manifests/…`, as skopeo sends it. */
  remove(repository: string, reference: string): Promise<ClientAnswer>
  /** Restores the newest entry of the trash. */
  restore(): Promise<ClientAnswer>
  /** Runs one collection to its end, an hour later or after the given hours. */
  collect(how?: CollectHow): Promise<CollectionJob>
  /** What cannot be pulled of an image and everything under it: empty for a whole one. */
  holes(repository: string, reference: string): Promise<readonly string[]>
  /** Whether its bytes are on storage, linked or not. */
  isStored(content: TinyContent): boolean
  /** Everything on storage under a path. */
  paths(under: string): readonly string[]
  /** Overwrites a file behind the registry's back; null: removes it. */
  damage(path: string, text: string | null): Promise<void>
}

export interface CollectHow {
  /** Also collects untagged images of this age. Default: it does not. */
  readonly untaggedHours?: number
  readonly afterHours?: number
}

export const repositoriesPath = 'docker/registry/v2/repositories'
const hexOf = (digest: string): string => digest.slice('sha256:'.length)
export const blobPath = ({ digest }: Pick<TinyContent, 'digest'>): string =>
  `docker/registry/v2/blobs/sha256/${hexOf(digest).slice(0, 2)}/${hexOf(digest)}/data`
export const revisionPath = (repository: string, { digest }: TinyContent): string =>
  `${repositoriesPath}/${repository}/_manifests/revisions/sha256/${hexOf(digest)}/link`
export const tagPath = (repository: string, tag: string): string =>
  `${repositoriesPath}/${repository}/_manifests/tags/${tag}/current/link`

/**
 * `sha256-<hex>` and a suffix: the tag to which clients attach artifacts in registries without a
 * referrers API.
 */
export const fallbackTag = ({ digest }: TinyContent, suffix = ''): string =>
  digest.replace(':', '-') + suffix

interface Listing {
  readonly manifests?: readonly { readonly digest: string }[]
  readonly config?: { readonly digest: string }
  readonly layers?: readonly { readonly digest: string }[]
}

export async function openWorld(options: TestApiOptions = {}): Promise<World> {
  const api = await createTestApi(options)
  const admin = api.as('admin')
  const json = { 'Content-Type': 'application/json' }

  async function ended(id: string): Promise<CollectionJob> {
    for (let looks = 0; looks < 10_000; looks += 1) {
      const job = await findCollection(api.services.state.jobs, id)
      if (job?.finishedAtMs) return job
      await new Promise((resolve) => setTimeout(resolve))
    }
    throw new Error(`job ${id} does not end`)
  }

  async function blobHoles(repository: string, digest: string): Promise<readonly string[]> {
    const { status, text } = await admin.ask('GET', `/v2/${repository}/blobs/${digest}`)
    return status === 200 && contentOf(text).digest === digest ? [] : [`${digest}: ${status}`]
  }

  async function holes(repository: string, reference: string): Promise<readonly string[]> {
    const answer = await admin.ask('GET', `/v2/${repository}/manifests/${reference}`)
    if (answer.status !== 200) return [`${repository}:${reference}: ${answer.status}`]
    const { manifests = [], config, layers = [] } = answer.json as Listing
    const children = manifests.map(({ digest }) => holes(repository, digest))
    const blobs = [...(config ? [config] : []), ...layers]
    return (
      await Promise.all([...children, ...blobs.map(({ digest }) => blobHoles(repository, digest))])
    ).flat()
  }

  const paths = (under: string): string[] =>
    Array.from(api.storage.files(), ([path]) => path).filter((path) => path.startsWith(under))

  return {
    api,
    admin,
    push: admin.pushImage,
    remove: (repository, reference) =>
      admin.ask('DELETE', `/v2/${repository}/manifests/${reference}`),
    async restore() {
      const [entry] = await api.services.registry.trash.list()
      return await admin.ask('POST', `/api/v0/trash/${entry?.id}/restore`, {
        body: '{}',
        headers: json,
      })
    },
    async collect({ untaggedHours, afterHours = 1 } = {}) {
      const policy = await getPolicy(api.services)
      const changed = {
        ...policy,
        collectUntagged: untaggedHours !== undefined,
        untaggedMinimumAgeHours: untaggedHours ?? policy.untaggedMinimumAgeHours,
      }
      const body = JSON.stringify(changed)
      const path = '/api/v0/garbage-collection/policy'
      const saved = await admin.ask('PUT', path, { body, headers: json })
      if (saved.status !== 200) throw new Error(saved.text)
      api.clock.advance(afterHours * 3_600_000)
      const start = { body: '{"job":"registryGC"}', headers: json }
      const started = await admin.ask('POST', '/api/v0/admin/jobs', start)
      if (started.status !== 202) throw new Error(started.text)
      return await ended((started.json as { id: string }).id)
    },
    holes,
    isStored: (content) => paths(blobPath(content)).length > 0,
    paths,
    async damage(path, text) {
      if (text === null) await api.storage.remove(path)
      else await api.storage.write(path, contentOf(text).bytes)
    },
  }
}
