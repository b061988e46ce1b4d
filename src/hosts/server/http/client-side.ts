import type { IncomingMessage } from 'node:http'
import type { HostBindings } from '#http/app.ts'
import { plainAddress, type TrustsProxy } from './trusted-proxies.ts'

export interface ClientSideOptions {
  /** `https://registry.example.com`, where it is configured. */
  readonly publicOrigin: string | null
  readonly trustsProxy: TrustsProxy
  /** Told of each request that says it was forwarded by a proxy that is not trusted. */
  readonly untrusted?: (address: string) => void
}

/** Who asked, and by what address: what is known on the client's side of all trusted proxies. */
export type ClientSide = (incoming: IncomingMessage) => HostBindings

const itemsOf = (header: string | string[] | undefined): readonly string[] =>
  String(header ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/**
 * Each proxy appends the address that it was asked from. So the list is believed from its end, as far
 * as trusted proxies wrote it: the first address that is none of theirs is the client's.
 */
function clientAddress(peer: string, forwardedFor: readonly string[], trusts: TrustsProxy): string {
  let client = peer
  for (const item of forwardedFor.toReversed()) {
    if (!trusts(client)) break
    const address = plainAddress(item)
    if (address === null) break
    client = address
  }
  return client
}

/** Of several values the last: the proxy that is trusted wrote that one, or let it through. */
function forwardedOrigin({ headers }: IncomingMessage): string | undefined {
  const scheme = itemsOf(headers['x-forwarded-proto']).at(-1)?.toLowerCase()
  const host = itemsOf(headers['x-forwarded-host']).at(-1)
  if (scheme === undefined && host === undefined) return undefined
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return undefined
  const text = `${scheme ?? 'http'}://${host ?? headers.host}`
  if (/[/\\?#@\s]/.test(host ?? headers.host ?? '') || !URL.canParse(text)) return undefined
  return new URL(text).origin
}

export function createClientSide(options: ClientSideOptions): ClientSide {
  const { publicOrigin, trustsProxy, untrusted } = options
  return (incoming) => {
    const { remoteAddress } = incoming.socket
    const peer = remoteAddress === undefined ? null : plainAddress(remoteAddress)
    if (peer === null) return publicOrigin === null ? {} : { publicOrigin }
    const forwardedFor = itemsOf(incoming.headers['x-forwarded-for'])
    const isTrusted = trustsProxy(peer)
    if (!isTrusted && forwardedFor.length > 0) untrusted?.(peer)
    const origin = publicOrigin ?? (isTrusted ? forwardedOrigin(incoming) : undefined)
    return {
      remoteAddress: clientAddress(peer, forwardedFor, trustsProxy),
      ...(origin === undefined ? {} : { publicOrigin: origin }),
    }
  }
}
