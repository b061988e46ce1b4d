import { describe, expect, it } from 'vitest'
import { parseConfiguration } from './configuration.ts'

const read = (environment: Record<string, string>) => parseConfiguration(environment, '/srv')

describe('the configuration of the server', () => {
  it('is complete without any setting', () => {
    expect(read({ PATH: '/bin' })).toEqual({
      ok: true,
      value: {
        host: '127.0.0.1',
        port: 4400,
        dataFolder: '/srv/data',
        storageFolder: '/srv/data/registry',
        bucket: null,
        takesOver: false,
        databaseURL: null,
        isOneOfSeveral: false,
        adminPassword: null,
        logFormat: 'text',
        runningFile: null,
        loadSamples: false,
        publicOrigin: null,
        corsOrigins: [],
        trustsProxy: null,
        drainMs: 8000,
      },
    })
  })

  it('reads every setting', () => {
    const configuration = read({
      JETSAM_HOST: '::1',
      JETSAM_PORT: '0',
      JETSAM_DATA: 'state',
      JETSAM_STORAGE: '/var/lib/registry',
      JETSAM_DATABASE: 'postgres://jetsam:secret@db:5432/jetsam',
      JETSAM_SERVERS: 'several',
      JETSAM_ADMIN_PASSWORD: 'long enough',
      JETSAM_LOG: 'json',
      JETSAM_SAMPLES: '1',
      JETSAM_RUNNING: 'file:running.txt',
      JETSAM_PUBLIC_URL: 'https://Registry.example:443/',
      JETSAM_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      JETSAM_CORS_ORIGINS: 'https://UI.example/, http://127.0.0.1:8080',
      JETSAM_DRAIN_SECONDS: '600',
    })
    expect(configuration).toEqual({
      ok: true,
      value: {
        host: '::1',
        port: 0,
        dataFolder: '/srv/state',
        storageFolder: '/var/lib/registry',
        bucket: null,
        takesOver: false,
        databaseURL: 'postgres://jetsam:secret@db:5432/jetsam',
        isOneOfSeveral: true,
        adminPassword: 'long enough',
        logFormat: 'json',
        runningFile: '/srv/running.txt',
        loadSamples: true,
        publicOrigin: 'https://registry.example',
        corsOrigins: ['https://ui.example', 'http://127.0.0.1:8080'],
        trustsProxy: expect.any(Function),
        drainMs: 600_000,
      },
    })
  })

  it.each([
    [{ JETSAM_PROT: '1' }, 'JETSAM_PROT is not a setting of Jetsam. Did you mean JETSAM_PORT?'],
    [
      // Kubernetes sets these for each Service, and ten more.
      { JETSAM_SERVICE_HOST: '10.0.0.1', JETSAM_PORT: 'tcp://10.0.0.1:4400' },
      'JETSAM_SERVICE_HOST is set by Kubernetes, because a Service is named "jetsam": write "enableServiceLinks: false" into the specification of the pod',
    ],
    [
      { JETSAM_PORT_4400_TCP_ADDR: '10.0.0.1' },
      'JETSAM_PORT_4400_TCP_ADDR is set by Kubernetes, because a Service is named "jetsam": write "enableServiceLinks: false" into the specification of the pod',
    ],
    [
      { JETSAM_WEB_SERVICE_PORT_HTTP: '80' },
      'JETSAM_WEB_SERVICE_PORT_HTTP is set by Kubernetes, because a Service is named "jetsam-web": write "enableServiceLinks: false" into the specification of the pod',
    ],
    [{ JETSAM_DRAIN_SECONDS: '3601' }, 'JETSAM_DRAIN_SECONDS: write a number from 0 to 3600'],
    [{ JETSAM_DRAIN_SECONDS: '10s' }, 'JETSAM_DRAIN_SECONDS: write a number from 0 to 3600'],
    [{ JETSAM_PORT: '70000' }, 'JETSAM_PORT: a port is a number from 0 to 65535'],
    [{ JETSAM_PORT: '4e3' }, 'JETSAM_PORT: a port is a number from 0 to 65535'],
    [{ JETSAM_LOG: 'xml' }, 'JETSAM_LOG: write "text" or "json"'],
    [{ JETSAM_SAMPLES: 'yes' }, 'JETSAM_SAMPLES: write 1 or 0'],
    [
      { JETSAM_TRUSTED_PROXIES: '10.0.0.1, nginx' },
      'JETSAM_TRUSTED_PROXIES: "nginx" is neither an address (10.0.0.7) nor a network (10.0.0.0/8)',
    ],
    [
      { JETSAM_TRUSTED_PROXIES: '10.0.0.0/33' },
      'JETSAM_TRUSTED_PROXIES: "10.0.0.0/33" has no prefix length from 1 to 32',
    ],
    [
      { JETSAM_TRUSTED_PROXIES: '::/0' },
      'JETSAM_TRUSTED_PROXIES: "::/0" names every address: anybody could claim to be anybody',
    ],
    ...['*', 'https://ui.example/path', 'ui.example', 'https://*.example', 'null'].map(
      (text): [Record<string, string>, string] => [
        { JETSAM_CORS_ORIGINS: `https://ok.example, ${text}` },
        `JETSAM_CORS_ORIGINS: "${text}" is not where a page is: write addresses like https://ui.example.com, without a path or a star, with commas between them`,
      ],
    ),
    [{ JETSAM_ADMIN_PASSWORD: 'short' }, 'JETSAM_ADMIN_PASSWORD: use at least 8 characters'],
  ])('refuses %j', (environment, message) => {
    const configuration = read(environment)
    expect(configuration.ok ? null : configuration.refusal.message).toBe(message)
  })

  it.each([
    'postgres://jetsam:secret@db/jetsam',
    'postgresql://db:5433/jetsam?sslmode=require',
    'postgres://jetsam@/jetsam?host=/run/postgresql',
    'postgres:///jetsam?host=%2Frun%2Fpostgresql',
    'postgres://jetsam:p%40ss@[::1]:5432/jetsam',
  ])('reads the address of a database: %s', (JETSAM_DATABASE) => {
    expect(read({ JETSAM_DATABASE })).toMatchObject({ value: { databaseURL: JETSAM_DATABASE } })
  })

  it.each([
    ['mysql://jetsam:hidden@db/jetsam', 'the state is in a database of PostgreSQL'],
    ['./hidden.sqlite', 'the state is in a database of PostgreSQL'],
    ['postgres://jetsam:hidden@db', 'the address names no database'],
    ['postgres://jetsam:hidden@db/', 'the address names no database'],
    ['postgres://jetsam:hi/dden@db/jetsam', 'this address cannot be read'],
    ['postgres://jetsam:hidden@db:port/jetsam', 'this address cannot be read'],
    ['postgres://jetsam:hid%den@db/jetsam', 'is written as %25'],
  ])('refuses %s as a database, and does not repeat it', (JETSAM_DATABASE, reason) => {
    const configuration = read({ JETSAM_DATABASE })
    const { message } = configuration.ok ? { message: '' } : configuration.refusal
    expect(message).toContain(reason)
    expect(message).toContain('write postgres://user:password@host:5432/database')
    expect(message).not.toMatch(/hid/)
  })

  it.each([
    [{ JETSAM_SERVERS: '3' }, 'write "one" or "several"'],
    [{ JETSAM_SERVERS: 'several' }, 'name the same one for all of them with JETSAM_DATABASE'],
    [{ JETSAM_SERVERS: 'several-unproven' }, 'write "several" for each of them'],
    [
      { JETSAM_SERVERS: 'several-unproven', JETSAM_STORAGE: 's3://images' },
      'name the same one for all of them with JETSAM_DATABASE',
    ],
  ])('refuses %j', (environment, reason) => {
    const configuration = read(environment)
    expect(configuration.ok ? '' : configuration.refusal.message).toContain(reason)
  })

  it.each([
    'registry.example',
    'ftp://r.lan',
    'https://r.lan/jetsam',
    'https://a@r.lan',
    'https://',
  ])('refuses %s as a public address', (JETSAM_PUBLIC_URL) => {
    const configuration = read({ JETSAM_PUBLIC_URL })
    expect(configuration.ok ? null : configuration.refusal.message).toBe(
      'JETSAM_PUBLIC_URL: write an address like https://registry.example.com, without a path',
    )
  })

  it('treats an empty value as absent', () => {
    expect(read({ JETSAM_PORT: '' }).ok).toBe(true)
  })
})
