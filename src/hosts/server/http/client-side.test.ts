import type { IncomingMessage } from 'node:http'
import { describe, expect, it, test } from 'vitest'
import { createClientSide } from './client-side.ts'
import { parseTrustedProxies } from './trusted-proxies.ts'

const asked = (remoteAddress: string | undefined, headers: Record<string, string> = {}) =>
  ({
    socket: { remoteAddress },
    headers: { host: '127.0.0.1:4400', ...headers },
  }) as unknown as IncomingMessage

function clientSideOf(proxies: string, publicOrigin: string | null = null) {
  const trusts = parseTrustedProxies(proxies)
  if (!trusts.ok) throw new Error(trusts.refusal.message)
  return createClientSide({ publicOrigin, trustsProxy: trusts.value })
}

const proxies = '10.0.0.1, 192.168.0.0/16, fd00::/8'
const from = (remoteAddress: string, forwardedFor: string) =>
  clientSideOf(proxies)(asked(remoteAddress, { 'x-forwarded-for': forwardedFor })).remoteAddress

describe('the client of a request', () => {
  test.each([
    ['203.0.113.9', '198.51.100.7', '203.0.113.9', 'no trusted proxy: its word is nothing'],
    ['10.0.0.2', '198.51.100.7', '10.0.0.2', 'a neighbour of a trusted one'],
    ['10.0.0.1', '198.51.100.7', '198.51.100.7', 'a trusted proxy'],
    ['::ffff:10.0.0.1', '198.51.100.7', '198.51.100.7', 'the same on a socket for both families'],
    ['192.168.7.7', '198.51.100.7', '198.51.100.7', 'one of a trusted network'],
    ['fd00::7', '2001:DB8::7', '2001:db8::7', 'one of a trusted network of IPv6'],
    ['10.0.0.1', '6.6.6.6, 198.51.100.7', '198.51.100.7', 'what the client claims is passed over'],
    ['10.0.0.1', '198.51.100.7, 192.168.0.2', '198.51.100.7', 'a chain of trusted proxies'],
    ['10.0.0.1', '192.168.0.3, 192.168.0.2', '192.168.0.3', 'one of the proxies asks by itself'],
    ['10.0.0.1', '198.51.100.7:51034', '198.51.100.7', 'with a port'],
    ['10.0.0.1', '[2001:db8::7]:51034', '2001:db8::7', 'with brackets and a port'],
    ['10.0.0.1', '6.6.6.6, unknown', '10.0.0.1', 'what is no address ends the list'],
    ['10.0.0.1', '', '10.0.0.1', 'nothing is said'],
  ])('from %s with "%s" is %s: %s', (peer, forwardedFor, client) => {
    expect(from(peer, forwardedFor)).toBe(client)
  })

  it('is unknown when the connection is gone', () => {
    expect(clientSideOf(proxies)(asked(undefined))).toEqual({})
  })

  it('is reported when a proxy that is not trusted forwards', () => {
    const told: string[] = []
    const clientSide = createClientSide({
      publicOrigin: null,
      trustsProxy: () => false,
      untrusted: (address) => told.push(address),
    })
    clientSide(asked('127.0.0.1'))
    clientSide(asked('127.0.0.1', { 'x-forwarded-for': '198.51.100.7' }))
    expect(told).toEqual(['127.0.0.1'])
  })
})

describe('the origin of a request', () => {
  const reached = (peer: string, headers: Record<string, string>, configured?: string) =>
    clientSideOf(proxies, configured)(asked(peer, headers)).publicOrigin
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'r.lan' }

  test.each([
    ['203.0.113.9', forwarded, undefined],
    ['10.0.0.1', {}, undefined],
    ['10.0.0.1', forwarded, 'https://r.lan'],
    ['10.0.0.1', { 'x-forwarded-proto': 'https' }, 'https://127.0.0.1:4400'],
    ['10.0.0.1', { 'x-forwarded-host': 'r.lan:8080' }, 'http://r.lan:8080'],
    ['10.0.0.1', { ...forwarded, 'x-forwarded-host': 'evil.example, r.lan' }, 'https://r.lan'],
    ['10.0.0.1', { ...forwarded, 'x-forwarded-host': 'r.lan/@evil.example' }, undefined],
    ['10.0.0.1', { ...forwarded, 'x-forwarded-proto': 'javascript' }, undefined],
  ])('from %s with %j: %s', (peer, headers, origin) => {
    expect(reached(peer, headers as Record<string, string>)).toBe(origin)
  })

  it('is the configured one, with any headers', () => {
    for (const peer of ['203.0.113.9', '10.0.0.1']) {
      expect(reached(peer, forwarded, 'https://registry.example')).toBe('https://registry.example')
    }
  })
})
