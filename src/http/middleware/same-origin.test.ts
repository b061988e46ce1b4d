import { describe, expect, test } from 'vitest'
import { refusedOrigin as refused } from './same-origin.ts'

const request = (method: string, headers: Record<string, string> = {}) =>
  new Request('http://registry.example:4400/api/v0/trash', { method, headers })

const refusedOrigin = (
  asked: Request,
  bySession: boolean,
  publicOrigin = 'http://registry.example:4400',
) => refused(asked, { bySession, publicOrigin })

const dashboard = { 'X-Jetsam-Client': 'dashboard' }

describe('where a state-changing call may come from', () => {
  test('requires the header of the dashboard with a session', () => {
    expect(refusedOrigin(request('POST'), true)).toMatch('X-Jetsam-Client: dashboard')
    expect(refusedOrigin(request('POST', { 'X-Jetsam-Client': 'other' }), true)).not.toBeNull()
    expect(refusedOrigin(request('POST', dashboard), true)).toBeNull()
  })

  test('requires no header of programs with Basic', () => {
    expect(refusedOrigin(request('DELETE'), false)).toBeNull()
  })

  test('does not restrict reads', () => {
    const foreign = { Origin: 'https://evil.example' }
    expect(refusedOrigin(request('GET', foreign), true)).toBeNull()
    expect(refusedOrigin(request('HEAD', foreign), true)).toBeNull()
  })

  test.each(['https://evil.example', 'http://registry.example:9999', 'null', 'nonsense', ''])(
    'refuses the origin "%s", also with Basic, because browsers remember it',
    (Origin) => {
      expect(refusedOrigin(request('POST', { ...dashboard, Origin }), true)).not.toBeNull()
      expect(refusedOrigin(request('POST', { Origin }), false)).not.toBeNull()
    },
  )

  test('believes a browser that says the call is cross-site', () => {
    const headers = { ...dashboard, 'Sec-Fetch-Site': 'cross-site' }
    expect(refusedOrigin(request('POST', headers), true)).not.toBeNull()
  })

  test.each(['cross-site', 'same-site'])(
    'believes a browser that says %s, at any address',
    (relation) => {
      const headers = { Origin: 'http://registry.example:4400', 'Sec-Fetch-Site': relation }
      expect(refusedOrigin(request('POST', headers), false)).not.toBeNull()
    },
  )

  test('believes a browser that says the page is of the same origin, with any host that a proxy names', () => {
    const headers = { ...dashboard, Origin: 'https://r.lan', 'Sec-Fetch-Site': 'same-origin' }
    expect(refusedOrigin(request('POST', headers), true)).toBeNull()
    const none = { ...headers, 'Sec-Fetch-Site': 'none' }
    expect(refusedOrigin(request('POST', none), true)).not.toBeNull()
  })

  test.each([
    ['https://r.lan', 'r.lan:443'],
    ['http://r.lan', 'r.lan:80'],
    ['https://r.lan', 'R.LAN'],
    ['https://[2001:db8::1]', '[2001:db8::1]:443'],
  ])('accepts the page %s at the host %s, because default ports are equal', (Origin, Host) => {
    expect(refusedOrigin(request('POST', { ...dashboard, Origin, Host }), true)).toBeNull()
  })

  test.each([
    ['https://r.lan', 'r.lan:80'],
    ['http://r.lan', 'r.lan:443'],
    ['https://r.lan', 'r.lan/@evil.example'],
  ])('refuses the page %s at the host %s', (Origin, Host) => {
    expect(refusedOrigin(request('POST', { Origin, Host }), false)).not.toBeNull()
  })

  test('accepts the public origin if a proxy names another host, and requires it otherwise', () => {
    const asked = request('POST', { ...dashboard, Origin: 'https://r.lan', Host: '127.0.0.1:4400' })
    expect(refusedOrigin(asked, true, 'https://r.lan:443')).toBeNull()
    expect(refusedOrigin(asked, true)).toBe(
      'a page of another site may not change anything here: the page is at https://r.lan, and the request names 127.0.0.1:4400. If that page is this dashboard behind a proxy, set JETSAM_PUBLIC_URL=https://r.lan on the server, or let the proxy pass on the header Host',
    )
  })

  test('accepts our own origin, also behind a TLS proxy', () => {
    for (const Origin of ['http://registry.example:4400', 'https://registry.example:4400']) {
      expect(refusedOrigin(request('POST', { ...dashboard, Origin }), true)).toBeNull()
    }
  })
})
