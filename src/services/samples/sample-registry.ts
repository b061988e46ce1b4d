import { binaryContent, textContent } from './file-content.ts'
import {
  buildArtifact,
  buildImage,
  buildIndex,
  buildLayer,
  type BuiltManifest,
  type Layer,
} from './image-builder.ts'

/** One image of the sample registry, and its repository. */
export interface SampleImage {
  readonly repository: string
  readonly image: BuiltManifest
  /** Empty: pushed by digest, as attached artifacts are. */
  readonly tags: readonly string[]
}

const madeAt = '2026-11-01T08:00:00Z'
const madeAtMs = Date.parse(madeAt)
const kibibyte = 1024

const baseLayer = (release: string, seed: number): Promise<Layer> =>
  buildLayer(
    `ADD base-${release}.tar /`,
    [
      { name: 'etc/os-release', data: textContent(`NAME="Sample OS"\nVERSION_ID="${release}"\n`) },
      { name: 'bin/sh', data: binaryContent(seed, 420 * kibibyte), mode: '755' },
      { name: 'lib/libc.so', data: binaryContent(seed + 1, 260 * kibibyte), mode: '755' },
    ],
    madeAtMs,
  )

const programLayer = (
  name: string,
  version: string,
  seed: number,
  sizeKiB: number,
): Promise<Layer> =>
  buildLayer(
    `COPY ${name} /opt/${name}`,
    [
      { name: `opt/${name}/VERSION`, data: textContent(`${version}\n`) },
      {
        name: `opt/${name}/bin/${name}`,
        data: binaryContent(seed, sizeKiB * kibibyte),
        mode: '755',
      },
    ],
    madeAtMs,
  )

const daysBefore = (days: number): string =>
  new Date(madeAtMs - days * 24 * 60 * 60 * 1000).toISOString()

/**
 * A small registry with what real ones have: a base image of others, aliases, an image for two
 * platforms, a signature and an SBOM, outdated builds of pull requests. About 5 MB.
 */
export async function buildSampleRegistry(): Promise<readonly SampleImage[]> {
  const base12 = await baseLayer('12', 12)
  const base13 = await baseLayer('13', 13)
  const runtime = await programLayer('runtime', '20.19', 20, 380)
  const samples: SampleImage[] = []
  const add = (repository: string, image: BuiltManifest, ...tags: string[]): void => {
    samples.push({ repository, image, tags })
  }

  add('library/base', buildImage({ layers: [base12], createdAt: daysBefore(90) }), '12', '12.5')
  add('library/base', buildImage({ layers: [base13], createdAt: daysBefore(20) }), '13', 'latest')

  const app = async (version: string, seed: number, days: number): Promise<BuiltManifest> =>
    buildImage({
      layers: [base12, runtime, await programLayer('app', version, seed, 140)],
      createdAt: daysBefore(days),
      author: 'dana',
      command: ['/opt/app/bin/app'],
    })
  add('team/app', await app('1.0', 100, 60), '1.0')
  add('team/app', await app('1.1', 110, 40), '1.1')
  add('team/app', await app('1.2', 120, 15), '1.2', 'stable')

  const platforms = await Promise.all(
    (['amd64', 'arm64'] as const).map(async (architecture, position) =>
      buildImage({
        layers: [
          architecture === 'amd64' ? base13 : await baseLayer('13-arm64', 14),
          await programLayer('app', `2.0 ${architecture}`, 200 + position, 190),
        ],
        createdAt: daysBefore(3),
        author: 'dana',
        platform: { os: 'linux', architecture },
        command: ['/opt/app/bin/app'],
      }),
    ),
  )
  const index = buildIndex(platforms)
  add('team/app', index, '2.0', 'latest')
  add(
    'team/app',
    buildArtifact(index, 'application/vnd.dev.cosign.artifact.sig.v1+json', {
      critical: { image: { 'docker-manifest-digest': index.manifest.digest } },
    }),
  )
  add(
    'team/app',
    buildArtifact(index, 'application/spdx+json', {
      spdxVersion: 'SPDX-2.3',
      name: 'team/app:2.0',
      packages: [{ name: 'app', versionInfo: '2.0' }],
    }),
  )

  for (const request of [1184, 1185, 1187]) {
    add(
      'team/web',
      buildImage({
        layers: [base12, runtime, await programLayer('web', `pr-${request}`, request, 90)],
        createdAt: daysBefore(1200 - request),
        author: 'ci',
      }),
      `pr-${request}`,
    )
  }
  add(
    'team/web',
    buildImage({
      layers: [base13, await programLayer('web', '4.3', 430, 110)],
      createdAt: daysBefore(5),
      author: 'ci',
    }),
    '4.3',
    'main',
  )
  add(
    'data/etl',
    buildImage({
      layers: [base12, await programLayer('etl', '2026.11', 2611, 520)],
      createdAt: daysBefore(11),
    }),
    '2026.11',
    'nightly',
  )
  return samples
}
