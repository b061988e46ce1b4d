import type { IncomingMessage } from 'node:http'
import type { HostBindings } from '#http/app.ts'
import { plainAddress, type TrustsProxy } from './trusted-proxies.ts'

export interface ClientSideOptions {
  /** `https://registry.example.com`, if it is configured. */
  readonly publicOrigin: string | null
  readonly trustsProxy: TrustsProxy
  /** Called with the peer's address for each forwarded request whose peer is no trusted proxy. */
  readonly untrusted?: (address: string) => void
}

/** The client's address and the origin it used, as seen in front of all trusted proxies. */
export type ClientSide = (incoming: IncomingMessage) => HostBindings

const itemsOf = (header: string | string[] | undefined): readonly string[] =>
  String(header ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/**
 * Each proxy appends the address of its own client. So the list is believed from its end, as far as
 * trusted proxies wrote it: the first address that is not one of theirs is the client's.
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

/** The last of several values: the trusted proxy wrote it, or passed it on. */
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
