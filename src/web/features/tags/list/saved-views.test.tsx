import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { readSavedViews } from './saved-view.ts'
import { SavedViews } from './saved-views.tsx'

interface PageProps {
  readonly repository: string
  readonly hasVerdicts?: boolean
}

const Page = ({ repository, hasVerdicts = true }: PageProps) => {
  const [, update] = useUrlState()
  return <SavedViews repository={repository} hasVerdicts={hasVerdicts} onView={update} />
}

const address = () => screen.getByTestId('address').textContent

beforeEach(() => localStorage.clear())

const at = '/repositories/team/app?filter=pr-&older=30&sort=-size&at=m&tag=x'

it('saves filters and order under a name, for one repository, and shows them again', async () => {
  const { user } = renderPage(<Page repository="team/app" />, { at })
  await user.click(screen.getByRole('button', { name: 'Views' }))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(screen.getByText('Give it a name')).toBeDefined()
  await user.type(screen.getByLabelText('Save this view as'), 'old requests{Enter}')
  await screen.findByRole('button', { name: 'Views, old requests is shown' })
  const stored = readSavedViews(localStorage.getItem('jetsam-tag-views') ?? undefined)
  // Not where the list starts, nor what is open.
  expect(stored).toEqual([
    {
      name: 'old requests',
      repository: 'team/app',
      parameters: { filter: 'pr-', older: '30', sort: '-size' },
    },
  ])
})

const stored = (views: unknown) => localStorage.setItem('jetsam-tag-views', JSON.stringify(views))
const view = (name: string, repository: string | null) => ({
  name,
  repository,
  parameters: { frees: '1000000', sort: '-freedSize' },
})

it('offers those of the repository and those of all, and replaces what was shown', async () => {
  stored([view('mine', 'team/app'), view('everywhere', null), view('elsewhere', 'team/web')])
  const { user } = renderPage(<Page repository="team/app" />, { at })
  await user.click(screen.getByRole('button', { name: 'Views' }))
  expect(screen.queryByRole('button', { name: 'elsewhere' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'everywhere' }))
  await waitFor(() => expect(address()).toContain('frees=1000000'))
  expect(address()).not.toMatch(/filter=|older=|at=/)
  expect(address()).toContain('tag=x')
})

it('renames and deletes by keyboard, and refuses a name that is taken', async () => {
  stored([view('mine', 'team/app'), view('other', null)])
  const { user } = renderPage(<Page repository="team/app" />, { at })
  const button = screen.getByRole('button', { name: 'Views' })
  button.focus()
  await user.keyboard('{Enter}')
  await waitFor(() => expect(document.activeElement).not.toBe(button))
  screen.getByRole('button', { name: 'Rename mine' }).focus()
  await user.keyboard('{Enter}')
  await user.keyboard('other{Enter}')
  await screen.findByText('Another view has this name')
  await user.keyboard('s{Enter}')
  await screen.findByRole('button', { name: 'others' })
  screen.getByRole('button', { name: 'Delete view other' }).focus()
  await user.keyboard('{Enter}')
  await waitFor(() => expect(screen.queryByRole('button', { name: 'other' })).toBeNull())
  const names = readSavedViews(localStorage.getItem('jetsam-tag-views') ?? undefined)
  expect(names.map(({ name }) => name)).toEqual(['others'])
  expect(document.activeElement).not.toBe(document.body)
  await user.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('button', { name: 'others' })).toBeNull())
})

it.each(['', '{', '5', '[null, 5, {}]', '[{"name":"a","repository":7,"parameters":{}}]'])(
  'reads nothing from %j',
  (text) => expect(readSavedViews(text)).toEqual([]),
)

it('does not show by halves what filters by cleaning, where that is no filter', async () => {
  const byCleaning = { ...view('would go', null), parameters: { verdict: 'removed', filter: 'pr' } }
  stored([byCleaning, view('large', null)])
  const { user } = renderPage(<Page repository="team/app" hasVerdicts={false} />, { at })
  await user.click(screen.getByRole('button', { name: 'Views' }))
  expect(screen.getByRole('button', { name: 'would go' })).toHaveProperty('disabled', true)
  expect(screen.getByText('by cleaning, for tags only')).toBeDefined()
  expect(screen.getByRole('button', { name: 'large' })).toHaveProperty('disabled', false)
})
