import type { Bytes } from '#storage/bytes.ts'
import type { TinyContent, TinyManifest } from './tiny-image.ts'

export interface ClientAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; undefined if it is none. */
  readonly json: unknown
  /** For an error: the first code and message. */
  readonly code: string | undefined
  readonly message: string | undefined
}

export interface ClientRequest {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Bytes | string | ReadableStream<Bytes>
}

/** Calls an API as one account, and reads every answer whole. */
export interface RegistryClient {
  ask(method: string, path: string, request?: ClientRequest): Promise<ClientAnswer>
  pushBlob(repository: string, blob: TinyContent): Promise<void>
  /**
   * Pushes its blobs first, then the manifest under each reference (by digest if there is none).
   */
  pushImage(
    repository: string,
    image: TinyManifest,
    ...references: readonly string[]
  ): Promise<void>
}

interface FirstError {
  readonly errors?: readonly { readonly code?: string; readonly message?: string }[]
}

async function readAnswer(response: Response): Promise<ClientAnswer> {
  const text = await response.text()
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = undefined
  }
  const error = (json as FirstError | null | undefined)?.errors?.[0]
  const { status, headers } = response
  return { status, headers, text, json, code: error?.code, message: error?.message }
}

const mustBeCreated = (what: string, { status, text }: ClientAnswer): void => {
  if (status !== 201) throw new Error(`${what}: ${status} ${text}`)
}

export function createRegistryClient(
  fetch: (request: Request) => Promise<Response>,
  credentials: { readonly name: string; readonly password: string } | null,
): RegistryClient {
  const authorization: Record<string, string> =
    credentials === null
      ? {}
      : { Authorization: `Basic ${btoa(`${credentials.name}:${credentials.password}`)}` }

  const ask: RegistryClient['ask'] = async (method, path, { headers, body } = {}) => {
    const init: RequestInit & { duplex: 'half' } = {
      method,
      headers: { ...authorization, ...headers },
      body: body ?? null,
      duplex: 'half',
    }
    return readAnswer(await fetch(new Request(new URL(path, 'http://registry.test'), init)))
  }

  const client: RegistryClient = {
    ask,
    async pushBlob(repository, { digest, bytes }) {
      const path = `/v2/${repository}/blobs/uploads/?digest=${digest}`
      mustBeCreated(`pushing ${digest}`, await ask('POST', path, { body: bytes }))
    },
    async pushImage(repository, image, ...references) {
      for (const blob of image.blobs) await client.pushBlob(repository, blob)
      for (const reference of references.length > 0 ? references : [image.digest]) {
        const answer = await ask('PUT', `/v2/${repository}/manifests/${reference}`, {
          headers: { 'Content-Type': image.mediaType },
          body: image.bytes,
        })
        mustBeCreated(`pushing ${repository}:${reference}`, answer)
      }
    },
  }
  return client
}
