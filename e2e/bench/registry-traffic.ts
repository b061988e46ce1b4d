import { createHash } from 'node:crypto'
import type { Digest } from '#domain/values/digest.ts'
import { binaryContent } from '#services/samples/file-content.ts'
import { buildImage, type BuiltManifest, type Content } from '#services/samples/image-builder.ts'
import { basic, credentials, run } from '../clients.ts'
import { makeLayer } from '../store-writer.ts'

const chunkBytes = 1024 * 1024

/**
 * A layer too large for memory: the same megabyte repeatedly, and a number that makes it unique.
 */
export interface LargeLayer {
  readonly digest: string
  readonly sizeBytes: number
  stream(): ReadableStream<Uint8Array>
}

export function largeLayer(seed: number, megabytes: number): LargeLayer {
  const chunk = binaryContent(seed, chunkBytes)
  const hash = createHash('sha256')
  for (let sent = 0; sent < megabytes; sent += 1) hash.update(chunk)
  return {
    digest: `sha256:${hash.digest('hex')}`,
    sizeBytes: megabytes * chunkBytes,
    stream() {
      let sent = 0
      return new ReadableStream({
        pull(controller) {
          if (sent === megabytes) return controller.close()
          sent += 1
          controller.enqueue(chunk)
        },
      })
    },
  }
}

async function expectStatus(answer: Response, status: number): Promise<Response> {
  if (answer.status === status) return answer
  throw new Error(`${answer.url} answered ${answer.status}: ${await answer.text()}`)
}

/** Calls a registry as container clients do: begin, send, finish. */
export function registryClient(origin: string) {
  const headers = { Authorization: basic }

  async function begin(repository: string): Promise<URL> {
    const begun = await fetch(`${origin}/v2/${repository}/blobs/uploads/`, {
      method: 'POST',
      headers,
    })
    await expectStatus(begun, 202)
    return new URL(begun.headers.get('Location') ?? '', origin)
  }

  async function finish(location: URL, digest: string, body?: Uint8Array<ArrayBuffer>) {
    location.searchParams.set('digest', digest)
    const type = { 'Content-Type': 'application/octet-stream' }
    const put = await fetch(location, { method: 'PUT', headers: { ...headers, ...type }, body })
    await expectStatus(put, 201)
  }

  async function pushContent(repository: string, { digest, bytes }: Content): Promise<void> {
    await finish(await begin(repository), digest, Uint8Array.from(bytes))
  }

  return {
    async pushLarge(repository: string, layer: LargeLayer): Promise<void> {
      const location = await begin(repository)
      const patched = await fetch(location, {
        method: 'PATCH',
        headers: {
          ...headers,
          'Content-Type': 'application/octet-stream',
          'Content-Length': String(layer.sizeBytes),
        },
        body: layer.stream(),
        duplex: 'half',
      } as RequestInit)
      await expectStatus(patched, 202)
      await finish(new URL(patched.headers.get('Location') ?? '', origin), layer.digest)
    },

    /** @param present digests that were pushed already */
    async pushImage(
      repository: string,
      image: BuiltManifest,
      tag: string,
      present: readonly string[] = [],
    ): Promise<void> {
      for (const blob of image.blobs) {
        if (!present.includes(blob.digest)) await pushContent(repository, blob)
      }
      const { bytes, mediaType } = image.manifest
      const put = await fetch(`${origin}/v2/${repository}/manifests/${tag}`, {
        method: 'PUT',
        headers: { ...headers, 'Content-Type': mediaType },
        body: Uint8Array.from(bytes),
      })
      await expectStatus(put, 201)
    },

    /**
     * Reads a blob to its end, and resolves to its number of bytes. With curl, which needs hardly
     * any processor: otherwise this would measure how fast a program in JavaScript can read.
     */
    async pull(repository: string, digest: string): Promise<number> {
      const words = ['--silent', '--show-error', '--fail', '--output', '/dev/null']
      const told = ['--user', credentials, '--write-out', '%{size_download}']
      return Number(
        await run('curl', ...words, ...told, `${origin}/v2/${repository}/blobs/${digest}`),
      )
    },
  }
}

export type RegistryClient = ReturnType<typeof registryClient>

/** An image of one large layer, which is pushed separately. */
export const imageOver = (layer: LargeLayer): BuiltManifest =>
  buildImage({
    // The manifest has only its size and digest, not its bytes.
    layers: [
      {
        ...makeLayer(0),
        digest: layer.digest as Digest,
        bytes: new Uint8Array(layer.sizeBytes),
      },
    ],
    createdAt: '2026-01-01T00:00:00.000Z',
  })

/** One layer of a kilobyte that no other image has. */
export const smallImage = (seed: number): BuiltManifest =>
  buildImage({
    layers: [makeLayer(seed, 1024)],
    createdAt: new Date(Date.UTC(2026, 0, 1) + seed * 1000).toISOString(),
  })

/** Calls a function with each number below a count, this many at the same time. */
export async function inParallel(
  count: number,
  atOnce: number,
  act: (number: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const work = async (): Promise<void> => {
    while (next < count) await act(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}
