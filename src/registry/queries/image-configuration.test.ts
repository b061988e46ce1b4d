import { describe, expect, it } from 'vitest'
import { contentOf, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { configurationFields, parseConfiguration } from './image-configuration.ts'
import { openTestRegistry, repositoryName } from '#testing/builders/test-registry.ts'

const nothing = {
  platform: null,
  entrypoint: [],
  command: [],
  workingDirectory: null,
  user: null,
  ports: [],
  environment: [],
  labels: {},
  layerHistory: [],
}

describe('reading a configuration', () => {
  it('takes what is run, and what made each layer', () => {
    const configuration = {
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      config: {
        Entrypoint: ['/app'],
        Cmd: ['serve', '--all'],
        WorkingDir: '/srv',
        User: '1000',
        ExposedPorts: { '8080/tcp': {} },
        Env: ['PATH=/bin'],
        Labels: { team: 'web' },
      },
      history: [
        { created_by: 'ADD base' },
        { created_by: 'ENV PATH=/bin', empty_layer: true },
        { comment: 'nobody knows' },
      ],
    }
    expect(parseConfiguration(JSON.stringify(configuration))).toEqual({
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      entrypoint: ['/app'],
      command: ['serve', '--all'],
      workingDirectory: '/srv',
      user: '1000',
      ports: ['8080/tcp'],
      environment: ['PATH=/bin'],
      labels: { team: 'web' },
      layerHistory: ['ADD base', null],
    })
  })

  it.each(['{}', '[]', 'null', '{"config":[1],"history":"none","os":7}'])(
    'finds nothing in %s',
    (json) => expect(parseConfiguration(json)).toEqual(nothing),
  )

  it('leaves out what has another type', () => {
    const json = '{"config":{"Env":["A=1",2,null],"Labels":{"a":"b","c":3}},"history":[null,4]}'
    expect(parseConfiguration(json)).toEqual({
      ...nothing,
      environment: ['A=1'],
      labels: { a: 'b' },
      layerHistory: [null, null],
    })
  })

  it('refuses what is no JSON', () => {
    expect(parseConfiguration('PK..')).toBeNull()
  })
})

describe('the parts of an image', () => {
  const app = repositoryName('team/app')
  const config = JSON.stringify({ os: 'linux', architecture: 'amd64', config: { User: 'app' } })

  it('are its platforms, as the index names them', async () => {
    const registry = openTestRegistry()
    const amd64 = tinyImage({ layers: ['base', 'one'], config })
    const arm64 = tinyImage({ layers: ['base', 'two'], config: 'no configuration' })
    await registry.push('team/app', amd64)
    await registry.push('team/app', arm64)
    const index = tinyIndex({ amd64, arm64 })
    await registry.push('team/app', index, 'multi')
    const { parts } = (await registry.queries.image(app, index.digest)) ?? {}
    expect(parts).toMatchObject([
      {
        digest: amd64.digest,
        platform: { os: 'linux', architecture: 'amd64' },
        config: contentOf(config).digest,
        configuration: { user: 'app' },
        layers: [contentOf('base').digest, contentOf('one').digest],
      },
      {
        digest: arm64.digest,
        platform: { os: 'linux', architecture: 'arm64' },
        configuration: null,
      },
    ])
  })

  it.each([
    ['nested very deeply', `{"os":"linux","a":${'['.repeat(70)}${']'.repeat(70)}}`],
    ['of very many values', `{"os":"linux","history":[${'1,'.repeat(50_000)}1]}`],
    ['of very many names', `{${Array.from({ length: 20_001 }, (_, n) => `"${n}":1`).join()}}`],
  ])('say nothing of a configuration %s', (_, text) => {
    expect(parseConfiguration(text)).toBeNull()
    expect(configurationFields(text)).toBeNull()
  })

  it('are the image itself, with its platform from the configuration', async () => {
    const registry = openTestRegistry()
    const image = tinyImage({ layers: ['base'], config })
    await registry.push('team/app', image, '1.0')
    const { parts } = (await registry.queries.image(app, image.digest)) ?? {}
    expect(parts).toMatchObject([
      { digest: image.digest, platform: { os: 'linux', architecture: 'amd64' } },
    ])
  })
})
