import { fireEvent, screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { tag } from '#web/testing/images.ts'
import { Aliases, TagName } from './tag-name.tsx'

const aliasesIn = (room: number, ...aliases: string[]) => {
  renderPage(<Aliases tag={{ aliases, aliasCount: 4 }} room={room} />, {
    at: '/',
  })
  return screen.getAllByText(/same as/).at(-1)?.textContent
}

it('names the other tags that fit whole, and counts the rest', () => {
  expect(aliasesIn(15, '4', '4.18', '4.18.2', 'latest')).toBe('same as 4, 4.18 +2')
  expect(aliasesIn(48, '4', '4.18', '4.18.2', 'latest')).toBe('same as 4, 4.18, 4.18.2, latest')
})

it('counts them all where not even one fits', () => {
  expect(aliasesIn(15, 'release-candidate-of-may')).toBe('same as 4 others')
})

it('says on focus of the name what the row has no room for', async () => {
  const row = tag('1.0', { exclusiveSize: 5, freedSize: 0, aliases: ['release-candidate-of-may'] })
  renderPage(<TagName tag={row} link={<a href="/1.0">1.0</a>} failure={null} mark={null} />, {
    at: '/',
  })
  fireEvent.focus(screen.getByRole('link'))
  expect((await screen.findByRole('tooltip')).textContent).toContain(
    'go together with release-candidate-of-may',
  )
})
