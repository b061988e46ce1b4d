import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newPath, runClient, type ClientPlace } from './client-place.ts'

export interface ContainerClient {
  readonly name: string
  /** Whether it pushes and pulls all platforms of an image. */
  readonly takesPlatforms: boolean
  /** What it prints for a missing image: our message, if it prints that. */
  readonly saysOfUnknown: string
  /** What it prints for a wrong password. */
  readonly saysOfPassword: string
  /** Pushes the image of a layout; resolves to its digest in the registry. */
  push(place: ClientPlace, to: string, layout?: string): Promise<string>
  /** Pulls all of it, all platforms if the client can; resolves to its digest. */
  pull(place: ClientPlace, from: string): Promise<string>
  tags?(place: ClientPlace, repository: string): Promise<readonly string[]>
  copy?(place: ClientPlace, from: string, to: string): Promise<void>
  remove?(place: ClientPlace, image: string): Promise<void>
}

const lines = (text: string): string[] => text.trim().split('\n')

/** The digest of a layout's content. */
async function digestIn(layout: string): Promise<string> {
  const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as {
    manifests: { digest: string }[]
  }
  return index.manifests[0]?.digest ?? ''
}

const plainSource = '--src-tls-verify=false'
const plainDestination = '--dest-tls-verify=false'

/** Copies all platforms; resolves to the digest of the copy. */
async function skopeoCopy(place: ClientPlace, ...words: readonly string[]): Promise<string> {
  const digestFile = newPath(place)
  const options = ['--insecure-policy', 'copy', '--quiet', '--all', `--digestfile=${digestFile}`]
  await runClient(place, 'skopeo', ...options, ...words)
  return (await readFile(digestFile, 'utf8')).trim()
}

const ourWords = {
  saysOfUnknown: 'if it was deleted, the trash may still have it',
  saysOfPassword: 'the name or the password is wrong',
} as const

export const skopeoClient: ContainerClient = {
  ...ourWords,
  name: 'skopeo',
  takesPlatforms: true,
  push: (place, to, layout = place.layout) =>
    skopeoCopy(place, plainDestination, `oci:${layout}:latest`, `docker://${to}`),
  pull: (place, from) =>
    skopeoCopy(place, plainSource, `docker://${from}`, `dir:${newPath(place)}`),
  async tags(place, repository) {
    const listed = await runClient(
      place,
      'skopeo',
      'list-tags',
      '--tls-verify=false',
      `docker://${repository}`,
    )
    return (JSON.parse(listed) as { Tags: string[] }).Tags
  },
  async copy(place, from, to) {
    const words = ['copy', '--quiet', '--all', plainSource, plainDestination] as const
    await runClient(
      place,
      'skopeo',
      '--insecure-policy',
      ...words,
      `docker://${from}`,
      `docker://${to}`,
    )
  },
  async remove(place, image) {
    await runClient(place, 'skopeo', 'delete', '--tls-verify=false', `docker://${image}`)
  },
}

const craneClient: ContainerClient = {
  ...ourWords,
  name: 'crane',
  takesPlatforms: true,
  async push(place, to, layout = place.layout) {
    const index = layout === place.multiLayout ? ['--index'] : []
    await runClient(place, 'crane', 'push', ...index, layout, to)
    return (await runClient(place, 'crane', 'digest', to)).trim()
  },
  async pull(place, from) {
    const folder = newPath(place)
    await runClient(place, 'crane', 'pull', '--format=oci', from, folder)
    await runClient(place, 'crane', 'validate', '--remote', from)
    return await digestIn(folder)
  },
  tags: async (place, repository) => lines(await runClient(place, 'crane', 'ls', repository)),
  async copy(place, from, to) {
    await runClient(place, 'crane', 'copy', from, to)
  },
  async remove(place, image) {
    await runClient(place, 'crane', 'delete', image)
  },
}

const regctlClient: ContainerClient = {
  ...ourWords,
  saysOfPassword: 'unauthorized',
  name: 'regctl',
  takesPlatforms: true,
  async push(place, to, layout = place.layout) {
    await runClient(place, 'regctl', 'image', 'copy', `ocidir://${layout}:latest`, to)
    return await digestIn(layout)
  },
  async pull(place, from) {
    const folder = newPath(place)
    await runClient(place, 'regctl', 'image', 'copy', from, `ocidir://${folder}:x`)
    return await digestIn(folder)
  },
  tags: async (place, repository) =>
    lines(await runClient(place, 'regctl', 'tag', 'list', repository)),
  async copy(place, from, to) {
    await runClient(place, 'regctl', 'image', 'copy', from, to)
  },
  async remove(place, image) {
    await runClient(place, 'regctl', 'tag', 'delete', image)
  },
}

const orasClient: ContainerClient = {
  ...ourWords,
  saysOfUnknown: 'not found',
  name: 'oras',
  takesPlatforms: true,
  async push(place, to, layout = place.layout) {
    await runClient(
      place,
      'oras',
      'copy',
      '--from-oci-layout',
      '--to-plain-http',
      `${layout}:latest`,
      to,
    )
    return await digestIn(layout)
  },
  async pull(place, from) {
    const folder = newPath(place)
    await runClient(
      place,
      'oras',
      'copy',
      '--from-plain-http',
      '--to-oci-layout',
      from,
      `${folder}:x`,
    )
    return await digestIn(folder)
  },
  tags: async (place, repository) =>
    lines(await runClient(place, 'oras', 'repo', 'tags', '--plain-http', repository)),
  async copy(place, from, to) {
    await runClient(place, 'oras', 'copy', '--from-plain-http', '--to-plain-http', from, to)
  },
  // By digest, also if it is given a tag: the image goes with every tag.
  async remove(place, image) {
    await runClient(place, 'oras', 'manifest', 'delete', '--plain-http', '--force', image)
  },
}

/** The image of a layout in the form of `docker save`, which clients with an image store read. */
export async function makeArchive(
  place: ClientPlace,
  layout: string,
  name: string,
): Promise<string> {
  const archive = newPath(place)
  const to = `docker-archive:${archive}:${name}`
  await runClient(place, 'skopeo', 'copy', '--quiet', `oci:${layout}:latest`, to)
  return archive
}

/** podman and buildah store images; each has its own store here, without help from the kernel. */
const storeWords = (place: ClientPlace): readonly string[] => [
  `--root=${join(place.folder, 'store')}`,
  `--runroot=${join(place.folder, 'run')}`,
  '--storage-driver=vfs',
]

const withStore = (name: 'podman' | 'buildah', more: readonly string[] = []): ContainerClient => {
  const runIt = (place: ClientPlace, ...words: readonly string[]): Promise<string> =>
    runClient(place, name, ...storeWords(place), ...more, ...words)
  return {
    ...ourWords,
    name,
    takesPlatforms: false,
    async push(place, to, layout = place.layout) {
      const archive = await makeArchive(place, layout, to)
      const id = (await runIt(place, 'pull', '--quiet', `docker-archive:${archive}`)).trim()
      const digestFile = join(place.folder, `${name}-digest`)
      const words = ['--tls-verify=false', `--digestfile=${digestFile}`, '--format=oci'] as const
      await runIt(place, 'push', ...words, id, `docker://${to}`)
      return (await readFile(digestFile, 'utf8')).trim()
    },
    async pull(place, from) {
      // The client would not request again what it has already.
      await runIt(place, 'rmi', '--all', '--force')
      await runIt(place, 'pull', '--quiet', '--tls-verify=false', `docker://${from}`)
      return (await runIt(place, 'images', '--format={{.Digest}}')).trim()
    },
  }
}

export const containerClients: readonly ContainerClient[] = [
  skopeoClient,
  craneClient,
  regctlClient,
  orasClient,
  withStore('podman', ['--cgroup-manager=cgroupfs', '--events-backend=file']),
  withStore('buildah'),
]
