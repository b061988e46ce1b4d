import { layerMap } from '#contract/images/layer-map.ts'
import { tagDetails } from '#contract/images/tags.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const one = tinyImage({ layers: ['base', 'of one'] })
const two = tinyImage({ layers: ['base', 'of two, longer'] })
const path = '/api/v0/repositories/team/app'

describe('the layer map', () => {
  let api: TestApi

  beforeEach(async () => {
    api = await createTestApi()
    const writer = api.as('writer')
    await writer.pushImage('team/app', one, '1.0', 'stable')
    api.clock.advance(60_000)
    await writer.pushImage('team/app', two, '2.0')
  })

  const ask = (query = '', as: TestPerson = 'reader') =>
    api.as(as).ask('GET', `${path}/layer-map${query}`)
  const map = async (query = '') => checkedBody(await ask(query), layerMap)
  const tagsOf = async (query: string) => (await map(query)).images.map(({ tags }) => tags)

  test('has each image once, and each layer once', async () => {
    const { images, layers } = await map()
    expect(images).toEqual([
      {
        digest: two.digest,
        tags: ['2.0'],
        tagCount: 1,
        size: expect.any(Number),
        exclusiveSize: two.bytes.length + 'of two, longer'.length,
        updatedAt: '2026-11-24T12:01:00.000Z',
        layers: [0, 1],
        freedLayers: [1],
      },
      expect.objectContaining({ tags: ['1.0', 'stable'], tagCount: 2, layers: [0, 2] }),
    ])
    expect(layers).toEqual([
      {
        digest: contentOf('base').digest,
        size: 4,
        imageCount: 2,
        elsewhereCount: 0,
        createdBy: null,
      },
      {
        digest: contentOf('of two, longer').digest,
        size: 14,
        imageCount: 1,
        elsewhereCount: 0,
        createdBy: null,
      },
      {
        digest: contentOf('of one').digest,
        size: 6,
        imageCount: 1,
        elsewhereCount: 0,
        createdBy: null,
      },
    ])
  })

  test.each([
    ['?filter=STA', [['1.0', 'stable']]],
    [`?filter=${two.digest}`, [['2.0']]],
    ['?filter=nothing', []],
    ['?pushedBefore=2026-11-24T12:01:00Z', [['1.0', 'stable']]],
    ['?pushedBefore=2026-11-24T12:00:00Z', []],
    [`?freesMoreThan=${one.bytes.length + 'of one'.length}`, [['2.0']]],
    ['?platform=linux/amd64&filter=1.', [['1.0', 'stable']]],
    ['?platform=linux/arm64', []],
    ['?sort=name', [['1.0', 'stable'], ['2.0']]],
    ['?sort=-size', [['2.0'], ['1.0', 'stable']]],
    ['?sort=exclusiveSize', [['1.0', 'stable'], ['2.0']]],
  ])('selects and sorts images by %s', async (query, expected) => {
    expect(await tagsOf(query)).toEqual(expected)
  })

  test('comes in pages, and counts holders of layers on other pages too', async () => {
    const first = await ask('?pageSize=1&count=true')
    expect(first.headers.get('X-Resource-Count')).toBe('2')
    const next = encodeURIComponent(first.headers.get('X-Next-Page-Start') ?? '')
    const second = await map(`?pageSize=1&pageStart=${next}`)
    expect(second.images.map(({ tags }) => tags)).toEqual([['1.0', 'stable']])
    expect(second.layers[0]).toMatchObject({ imageCount: 2 })
  })

  test('counts manifests of a hidden repository, and names none', async () => {
    await api.as('admin').pushImage('secret/base', tinyImage({ layers: ['base'] }), '12')
    const answer = await ask()
    expect(checkedBody(answer, layerMap).layers[0]).toMatchObject({ elsewhereCount: 1 })
    expect(answer.text).not.toContain('secret')
  })

  test('names each layer by the instruction that made it', async () => {
    const history = [{ created_by: 'ADD base' }, { created_by: 'RUN x' }]
    const image = tinyImage({ layers: ['base', 'x'], config: JSON.stringify({ history }) })
    await api.as('writer').pushImage('team/app', image, '3.0')
    const { layers } = await map('?filter=3.0')
    expect(layers.map(({ createdBy }) => createdBy)).toEqual(['ADD base', 'RUN x'])
  })

  test.each(['sort=colour', 'platform=arm', 'pushedBefore=now', 'freesMoreThan=-1'])(
    'refuses %s',
    async (query) => {
      expect(await ask(`?${query}`)).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
    },
  )

  test('is beside details that show what runs and which instruction made each layer', async () => {
    const config = JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/app'], Env: ['A=1'] },
      history: [{ created_by: 'ADD base' }, { created_by: 'COPY app' }],
    })
    const image = tinyImage({ layers: ['base', 'app'], config })
    await api.as('writer').pushImage('team/app', image, '2.0')
    const details = checkedBody(await api.as('reader').ask('GET', `${path}/tags/2.0`), tagDetails)
    expect(details.parts).toMatchObject([
      {
        digest: image.digest,
        configDigest: contentOf(config).digest,
        configuration: { command: ['/app'], environment: ['A=1'], workingDirectory: null },
        layers: [
          { digest: contentOf('base').digest, createdBy: 'ADD base' },
          { digest: contentOf('app').digest, createdBy: 'COPY app' },
        ],
      },
    ])
    expect(details.layers.map(({ kind }) => kind)).toEqual(['config', 'layer', 'layer'])
    expect(details.history).toEqual([{ digest: two.digest, at: expect.any(String), isHere: true }])
    await api.as('writer').ask('DELETE', `${path}/manifests/${two.digest}`)
    const after = checkedBody(await api.as('reader').ask('GET', `${path}/tags/2.0`), tagDetails)
    expect(after.history).toMatchObject([{ digest: two.digest, isHere: false }])
  })
})
