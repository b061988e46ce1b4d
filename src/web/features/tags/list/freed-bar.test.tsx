import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { tag } from '#web/testing/images.ts'
import { FreedBar } from './freed-bar.tsx'

const show = (of: Parameters<typeof tag>[1]) =>
  renderPage(<FreedBar tag={tag('1.0', of)} />, { at: '/' })

it('says what the only tag of an image frees', () => {
  show({ exclusiveSize: 250_000, freedSize: 250_000 })
  expect(screen.getByText('250 kB')).toBeDefined()
})

it('promises nothing of a tag beside others, and says with which the bytes go', () => {
  show({ exclusiveSize: 1_090_000, freedSize: 0, aliases: ['latest'], aliasCount: 1 })
  expect(screen.getByText('0 B')).toBeDefined()
  expect(screen.getByText('1.09 MB with latest')).toBeDefined()
})

it('counts the others where there are many', () => {
  show({ exclusiveSize: 1_090_000, freedSize: 0, aliases: ['a', 'b'], aliasCount: 40 })
  expect(screen.getByText('1.09 MB with 40 others')).toBeDefined()
})

it('promises nothing together either, where other images need all of it', () => {
  show({ exclusiveSize: 0, freedSize: 0, aliases: ['latest'], aliasCount: 1 })
  expect(screen.queryByText(/with/)).toBeNull()
})
