import { screen } from '@testing-library/react'
import { useSearchParams } from 'react-router'
import { expect, it } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { readTab } from './repository-tab.ts'
import { RepositoryTabs } from './repository-tabs.tsx'

const Page = () => <RepositoryTabs name="team/app" current={readTab(useSearchParams()[0])} />

const current = () =>
  screen
    .getAllByRole('link')
    .filter((link) => link.getAttribute('aria-current') === 'page')
    .map((link) => link.textContent)

it.each([
  ['', ['Tags']],
  ['?tab=activity', ['Activity']],
  ['?tab=nothing', ['Tags']],
])('shows at "%s" the view %j', (search, tabs) => {
  renderPage(<Page />, { at: `/repositories/team/app${search}` })
  expect(current()).toEqual(tabs)
})

it('keeps filters and order between the tags and the layer map, which show the same images', async () => {
  const { user, address } = renderPage(<Page />, {
    at: '/repositories/team/app?filter=1.&sort=size&tag=1.2&older=30&frees=1&platform=linux/arm64&at=1',
  })
  const kept = 'filter=1.&older=30&frees=1&platform=linux%2Farm64&sort=size'
  await user.click(screen.getByRole('link', { name: 'Layer map' }))
  expect(address()).toBe(`/repositories/team/app?tab=layer-map&${kept}`)
  await user.click(screen.getByRole('link', { name: 'Tags' }))
  expect(address()).toBe(`/repositories/team/app?${kept}`)
})

it('links to each view without the parameters of the previous one', async () => {
  const { user, address } = renderPage(<Page />, {
    at: '/repositories/team/app?filter=1.&tag=1.2',
  })
  await user.click(screen.getByRole('link', { name: 'Activity' }))
  expect(address()).toBe('/repositories/team/app?tab=activity')
  await user.click(screen.getByRole('link', { name: 'Tags' }))
  expect(address()).toBe('/repositories/team/app')
})
