import { describe, expect, test } from 'vitest'
import { refusedOrigin } from './same-origin.ts'

const request = (method: string, headers: Record<string, string> = {}) =>
  new Request('http://registry.example:4400/api/v0/trash', { method, headers })

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

  test('our own origin passes, behind a TLS proxy too', () => {
    for (const Origin of ['http://registry.example:4400', 'https://registry.example:4400']) {
      expect(refusedOrigin(request('POST', { ...dashboard, Origin }), true)).toBeNull()
    }
  })
})
