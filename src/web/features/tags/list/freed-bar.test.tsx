import { expect, it } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { tag } from '#web/testing/images.ts'
import { FreedBar } from './freed-bar.tsx'

const textOf = (of: Parameters<typeof tag>[1]) => {
  renderPage(<FreedBar tag={tag('1.0', of)} />, { at: '/' })
  return document.body.textContent
}

it('says what the only tag of an image frees', () => {
  expect(textOf({ exclusiveSize: 250_000, freedSize: 250_000 })).toContain('250.00 kB')
})

it('promises nothing of a tag beside others, and says with which the bytes go', () => {
  const text = textOf({ exclusiveSize: 1_090_000, freedSize: 0, aliases: ['latest'] })
  expect(text).toContain('0 B1.09 MB with latest')
})

it('counts the others where there are many', () => {
  const others = { aliases: ['a', 'b'], aliasCount: 40 }
  expect(textOf({ exclusiveSize: 1_090_000, freedSize: 0, ...others })).toContain(
    '1.09 MB with 40 others',
  )
})

it('shows no part of a name that does not fit', () => {
  const aliases = ['main-904770f']
  expect(textOf({ exclusiveSize: 1_090_000, freedSize: 0, aliases })).toContain(
    '1.09 MB with 1 other',
  )
})

it('promises nothing together either, where other images need all of it', () => {
  expect(textOf({ exclusiveSize: 0, freedSize: 0, aliases: ['latest'] })).not.toContain('with')
})
