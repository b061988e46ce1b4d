import { seededNumbers } from '#services/samples/file-content.ts'
import {
  buildArtifact,
  buildImage,
  buildIndex,
  type BuiltManifest,
  type Layer,
} from '#services/samples/image-builder.ts'
import { workingTime } from './calendar.ts'
import { bases, instructions, models, services, type Service } from './catalog.ts'
import { createLayerSupply, type Stored } from './made-layers.ts'

export interface PushedImage {
  readonly repository: string
  readonly image: BuiltManifest<Stored>
  readonly atMs: number
  readonly actor: string
  /** The tags that point at it. */
  readonly tags: readonly string[]
  /** The tags that pointed at it, and were moved since. */
  readonly earlierTags: readonly string[]
}

/** A layer that a push left behind: linked, and listed by no manifest. */
export interface OrphanedLayer {
  readonly repository: string
  readonly layer: Layer<Stored>
  readonly atMs: number
}

export interface Company {
  readonly images: readonly PushedImage[]
  readonly orphans: readonly OrphanedLayer[]
}

const pipeline = 'ci'
const releaser = 'release-bot'

type LayerSupply = ReturnType<typeof createLayerSupply>
type Base = readonly Layer<Stored>[]

/** `4.18.2` back to older versions: now and then a minor one, else a patch. */
function versionsOf({ version, releases }: Service, next: () => number): string[] {
  let [major, minor, patch] = version
  return Array.from({ length: releases }, () => {
    const name = `${major}.${minor}.${patch}`
    if (patch > 0) patch -= 1
    else if (minor > 0) {
      minor -= 1
      patch = Math.floor(next() * 4)
    } else {
      major = Math.max(0, major - 1)
      minor = 9 + Math.floor(next() * 9)
    }
    return name
  })
}

/** What a release is also called while it is the newest of its kind: `4.18`, `4`, `latest`. */
function aliasesOf(version: string, newer: readonly string[]): string[] {
  const [major = '', minor = ''] = version.split('.')
  const isNewest = (prefix: string) => !newer.some((name) => name.startsWith(`${prefix}.`))
  return [
    ...(isNewest(`${major}.${minor}`) ? [`${major}.${minor}`] : []),
    ...(isNewest(major) ? [major] : []),
    ...(newer.length === 0 ? ['latest'] : []),
  ]
}

const isoOf = (atMs: number): string => new Date(atMs).toISOString()

/** Seven digits of a commit. */
const commitOf = (next: () => number): string =>
  Math.floor(next() * 16 ** 7)
    .toString(16)
    .padStart(7, '0')

/**
 * A company's registry: some forty repositories with images of hundreds of megabytes, as a year of
 * pushes leaves them. The same for the same instant.
 */
export function buildCompany(nowMs: number): Company {
  const take: LayerSupply = createLayerSupply()
  const images: PushedImage[] = []
  const basesByRuntime = new Map<string, Base>()
  const push = (image: Omit<PushedImage, 'earlierTags'>, earlierTags: readonly string[] = []) =>
    void images.push({ ...image, earlierTags })

  const attach = (repository: string, image: BuiltManifest<Stored>, atMs: number): void => {
    const { digest } = image.manifest
    for (const artifact of [
      buildArtifact(image, 'application/vnd.dev.cosign.artifact.sig.v1+json', {
        critical: { image: { 'docker-manifest-digest': digest } },
      }),
      buildArtifact(image, 'application/spdx+json', {
        spdxVersion: 'SPDX-2.3',
        name: repository,
        documentNamespace: digest,
      }),
    ]) {
      push({ repository, image: artifact, atMs: atMs + 20_000, actor: releaser, tags: [] })
    }
  }

  const debian = ['arm64', 'amd64'].map((platform) =>
    take('base', `ADD rootfs-${platform}.tar.xz / # buildkit`),
  )
  const debianOld = ['arm64', 'amd64'].map((platform) =>
    take('base', `ADD rootfs-12-${platform}.tar.xz / # buildkit`),
  )
  bases.forEach(({ name, from, tags }, position) => {
    const next = seededNumbers(60 + position)
    tags.forEach((tag, nth) => {
      const isNewest = nth === tags.length - 1
      const atMs = workingTime(nowMs, 9 + 70 * (tags.length - 1 - nth) + 8 * next(), next())
      const platforms = (['arm64', 'amd64'] as const).map((architecture, place) => {
        const root = (from === null && !isNewest ? debianOld : debian)[place]
        const layers = [
          ...(root ? [root] : []),
          ...(from === null
            ? []
            : [take('runtime', `RUN /bin/sh -c install-${from} --version ${tag}`)]),
        ]
        if (architecture === 'amd64') basesByRuntime.set(from ?? 'debian', layers)
        return buildImage({
          layers,
          createdAt: isoOf(atMs - 300_000),
          author: 'platform',
          platform: { os: 'linux', architecture },
        })
      })
      const image = buildIndex(platforms)
      push({
        repository: name,
        image,
        atMs,
        actor: 'jonas',
        tags: [tag, `${tag}-slim`, ...(isNewest ? ['latest'] : [])],
      })
      attach(name, image, atMs)
    })
  })

  services.forEach((service, position) => {
    buildService(service, position, { nowMs, take, base: basesByRuntime, push, attach })
  })

  models.forEach(({ name, versions }, position) => {
    const next = seededNumbers(90 + position)
    const base = basesByRuntime.get('python') ?? []
    const libraries = take('dependencies', 'RUN pip install --no-cache-dir torch onnxruntime')
    for (let nth = 0; nth < versions; nth += 1) {
      const atMs = workingTime(nowMs, 2 + nth * (16 + 9 * next()), next())
      const day = new Date(atMs)
      const tag = `${day.getUTCFullYear()}.${day.getUTCMonth() + 1}.${day.getUTCDate()}`
      const layers = [...base, libraries, take('model', 'COPY model.onnx /models/')]
      const image = buildImage({ layers, createdAt: isoOf(atMs - 900_000), author: 'mira' })
      push({
        repository: name,
        image,
        atMs,
        actor: nth % 3 === 1 ? 'priya' : 'mira',
        tags: nth === 0 ? [tag, 'production'] : nth === 1 ? [tag, 'canary'] : [tag],
      })
    }
  })

  const orphans = [
    ['shop/web', 'dependencies', 'RUN npm ci --omit=dev', 0.9],
    ['data/etl', 'dependencies', 'RUN pip install -r requirements.txt', 0.6],
    ['ml/vision', 'model', 'COPY model.onnx /models/', 0.3],
    ['pay/reports', 'program', 'COPY src /srv/app', 0.2],
  ] as const
  return {
    images,
    orphans: orphans.map(([repository, kind, createdBy, daysAgo]) => ({
      repository,
      layer: take(kind, createdBy),
      atMs: workingTime(nowMs, daysAgo, 0.5),
    })),
  }
}

interface BuildDeps {
  readonly nowMs: number
  readonly take: LayerSupply
  readonly base: ReadonlyMap<string, Base>
  readonly push: (image: Omit<PushedImage, 'earlierTags'>, earlierTags?: readonly string[]) => void
  readonly attach: (repository: string, image: BuiltManifest<Stored>, atMs: number) => void
}

/** Releases, builds of the main branch and of pull requests, each with a layer of its own. */
function buildService(
  service: Service,
  position: number,
  { nowMs, take, base, push, attach }: BuildDeps,
): void {
  const { name: repository, runtime, owner, builds, requests } = service
  const next = seededNumbers(200 + position)
  const [install, copy] = instructions[runtime]
  const root = base.get(runtime) ?? []
  // Dependencies change every few months, so most releases share theirs.
  const dependencies = [0, 1, 2].map(() => take('dependencies', install))
  const build = (age: number, atMs: number, author: string) => {
    const place = age > 170 ? 2 : age > 45 ? 1 : 0
    const installed = dependencies[place]
    return buildImage({
      layers: [...root, ...(installed ? [installed] : []), take('program', copy)],
      createdAt: isoOf(atMs - 240_000),
      author,
      command: ['/srv/app/start'],
    })
  }

  const versions = versionsOf(service, next)
  const pace = 330 / (versions.length + 2)
  let releasedDaysAgo = 1.2 + 5 * next()
  versions.forEach((version, nth) => {
    if (nth > 0) releasedDaysAgo += pace * (0.5 + next())
    const atMs = workingTime(nowMs, releasedDaysAgo, next())
    const image = build(releasedDaysAgo, atMs, owner ?? pipeline)
    const aliases = aliasesOf(version, versions.slice(0, nth))
    const actor = nth < 2 && owner !== undefined ? owner : releaser
    push({ repository, image, atMs, actor, tags: [version, ...aliases] })
    if (service.isSigned && nth < 4) attach(repository, image, atMs)
  })

  for (let nth = 0; nth < builds; nth += 1) {
    const age = 0.05 + nth * (1.4 + 2 * next()) + next()
    const atMs = workingTime(nowMs, age, next())
    const image = build(age, atMs, pipeline)
    const isLast = nth === builds - 1 && builds > 2
    const tags = isLast ? [] : [`main-${commitOf(next)}`, ...(nth === 0 ? ['main'] : [])]
    push({ repository, image, atMs, actor: pipeline, tags }, nth === 0 ? [] : ['main'])
  }

  const newest = 400 + 130 * position + Math.floor(90 * next())
  for (let nth = 0; nth < requests; nth += 1) {
    const age = 0.1 + nth * (1.8 + 2.4 * next()) + 0.7 * next()
    const atMs = workingTime(nowMs, age, next())
    const tag = `pr-${newest - nth * 3 - Math.floor(3 * next())}`
    const author = owner !== undefined && nth % 4 === 2 ? owner : pipeline
    push({ repository, image: build(age, atMs, author), atMs, actor: author, tags: [tag] })
  }
}
