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
  test('a session needs the header of the dashboard', () => {
    expect(refusedOrigin(request('POST'), true)).toMatch('X-Jetsam-Client: dashboard')
    expect(refusedOrigin(request('POST', { 'X-Jetsam-Client': 'other' }), true)).not.toBeNull()
    expect(refusedOrigin(request('POST', dashboard), true)).toBeNull()
  })

  test('programs with Basic need no header', () => {
    expect(refusedOrigin(request('DELETE'), false)).toBeNull()
  })

  test('reading is free', () => {
    const foreign = { Origin: 'https://evil.example' }
    expect(refusedOrigin(request('GET', foreign), true)).toBeNull()
    expect(refusedOrigin(request('HEAD', foreign), true)).toBeNull()
  })

  test.each(['https://evil.example', 'http://registry.example:9999', 'null', 'nonsense', ''])(
    'the origin "%s" is refused, with Basic too: browsers remember it',
    (Origin) => {
      expect(refusedOrigin(request('POST', { ...dashboard, Origin }), true)).not.toBeNull()
      expect(refusedOrigin(request('POST', { Origin }), false)).not.toBeNull()
    },
  )

  test('a browser that says the call is cross-site is believed', () => {
    const headers = { ...dashboard, 'Sec-Fetch-Site': 'cross-site' }
    expect(refusedOrigin(request('POST', headers), true)).not.toBeNull()
  })

  test.each(['cross-site', 'same-site'])('so is one that says %s, wherever it is', (relation) => {
    const headers = { Origin: 'http://registry.example:4400', 'Sec-Fetch-Site': relation }
    expect(refusedOrigin(request('POST', headers), false)).not.toBeNull()
  })

  test('a browser that says the page is of the same origin is believed, whatever a proxy names', () => {
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
  ])('the page %s and the host %s are one: default ports are equal', (Origin, Host) => {
    expect(refusedOrigin(request('POST', { ...dashboard, Origin, Host }), true)).toBeNull()
  })

  test.each([
    ['https://r.lan', 'r.lan:80'],
    ['http://r.lan', 'r.lan:443'],
    ['https://r.lan', 'r.lan/@evil.example'],
  ])('the page %s and the host %s are not', (Origin, Host) => {
    expect(refusedOrigin(request('POST', { Origin, Host }), false)).not.toBeNull()
  })

  test('the public origin passes where a proxy names another host, and is asked for otherwise', () => {
    const asked = request('POST', { ...dashboard, Origin: 'https://r.lan', Host: '127.0.0.1:4400' })
    expect(refusedOrigin(asked, true, 'https://r.lan:443')).toBeNull()
    expect(refusedOrigin(asked, true)).toBe(
      'a page of another site may not change anything here: the page is at https://r.lan, and the request names 127.0.0.1:4400. If that page is this dashboard behind a proxy, set JETSAM_PUBLIC_URL=https://r.lan on the server, or let the proxy pass on the header Host',
    )
  })

  test('our own origin passes, behind a TLS proxy too', () => {
    for (const Origin of ['http://registry.example:4400', 'https://registry.example:4400']) {
      expect(refusedOrigin(request('POST', { ...dashboard, Origin }), true)).toBeNull()
    }
  })
})
