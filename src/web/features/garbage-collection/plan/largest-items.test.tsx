import type { WirePlan } from '#contract/jobs/garbage-collection.ts'
import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { LargestItems } from './largest-items.tsx'

type Item = WirePlan['largest'][number]

const digest = `sha256:${'ab'.repeat(32)}`
const image = {
  repository: 'shop/web',
  digest,
  tags: ['pr-561'],
  pushedAt: null,
  others: 0,
}
const item = (of: Partial<Item>): Item => ({
  digest,
  repository: 'shop/web',
  cause: 'deleted image',
  name: null,
  isManifest: false,
  size: 1000,
  image,
  ...of,
})

it('names images as people do, with the digest second, to be copied', () => {
  const items = [
    item({}),
    item({ image: { ...image, tags: ['1', '1.2', 'latest', 'x'], others: 2 } }),
    item({ isManifest: true, image: { ...image, tags: [], pushedAt: '2026-05-03T08:00:00Z' } }),
    item({ image: null, cause: 'orphaned layer' }),
    item({ digest: null, image: null, name: '5d0f', cause: 'abandoned upload' }),
  ]
  renderPage(<LargestItems items={items} />, { at: '/' })
  const cells = screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.querySelector('td')?.textContent)
  expect(cells).toEqual([
    expect.stringMatching(/^shop\/web:pr-561layer sha256:abab/),
    expect.stringMatching(/^shop\/web:1, 1\.2, latest and 2 morelayer /),
    expect.stringMatching(/^untagged image of shop\/webmanifest sha256:.*pushed /),
    expect.stringMatching(/^layer of no image in shop\/websha256:/),
    'upload to shop/web5d0f',
  ])
  expect(screen.getAllByRole('button', { name: /^Copy digest/ })).toHaveLength(4)
})
