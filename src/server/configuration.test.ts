import { describe, expect, it } from 'vitest'
import { parseConfiguration } from './configuration.ts'

const read = (environment: Record<string, string>) => parseConfiguration(environment, '/srv')

describe('the configuration of the server', () => {
  it('is whole without any setting', () => {
    expect(read({ PATH: '/bin' })).toEqual({
      ok: true,
      value: {
        host: '127.0.0.1',
        port: 4400,
        dataFolder: '/srv/data',
        storageFolder: '/srv/data/registry',
        adminPassword: null,
        logFormat: 'text',
        loadSamples: false,
      },
    })
  })

  it('takes every setting', () => {
    const configuration = read({
      JETSAM_HOST: '::1',
      JETSAM_PORT: '0',
      JETSAM_DATA: 'state',
      JETSAM_STORAGE: '/var/lib/registry',
      JETSAM_ADMIN_PASSWORD: 'long enough',
      JETSAM_LOG: 'json',
      JETSAM_SAMPLES: '1',
    })
    expect(configuration).toEqual({
      ok: true,
      value: {
        host: '::1',
        port: 0,
        dataFolder: '/srv/state',
        storageFolder: '/var/lib/registry',
        adminPassword: 'long enough',
        logFormat: 'json',
        loadSamples: true,
      },
    })
  })

  it.each([
    [{ JETSAM_PROT: '1' }, 'JETSAM_PROT is not a setting of Jetsam. Did you mean JETSAM_PORT?'],
    [{ JETSAM_PORT: '70000' }, 'JETSAM_PORT: a port is a number from 0 to 65535'],
    [{ JETSAM_PORT: '4e3' }, 'JETSAM_PORT: a port is a number from 0 to 65535'],
    [{ JETSAM_LOG: 'xml' }, 'JETSAM_LOG: write "text" or "json"'],
    [{ JETSAM_SAMPLES: 'yes' }, 'JETSAM_SAMPLES: write 1 or 0'],
    [{ JETSAM_ADMIN_PASSWORD: 'short' }, 'JETSAM_ADMIN_PASSWORD: use at least 8 characters'],
  ])('refuses %j', (environment, message) => {
    const configuration = read(environment)
    expect(configuration.ok ? null : configuration.refusal.message).toBe(message)
  })

  it('takes an empty value as not given', () => {
    expect(read({ JETSAM_PORT: '' }).ok).toBe(true)
  })
})
