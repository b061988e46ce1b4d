import { MantineProvider } from '@mantine/core'
import { act, render, screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import type { ComponentType } from 'react'
import { expect, it, vi } from 'vitest'
import { ErrorBoundary } from '#web/app/shell/error-boundary.tsx'
import { MissingCodeNotice } from '#web/app/shell/missing-code-notice.tsx'
import { fakeFetch, noAnswer } from '#web/testing/fake-fetch.ts'
import { lazyComponent } from './lazy-component.tsx'

interface GreetingProps {
  readonly name: string
}

const Greeting = ({ name }: GreetingProps) => <p>Hello {name}</p>
const meanwhile = ({ name }: GreetingProps) => <p>{name} is on the way</p>

/** Code whose load the test completes or fails. */
function slowCode() {
  let resolve: (code: ComponentType<GreetingProps>) => void = () => {}
  const code = new Promise<ComponentType<GreetingProps>>((settle) => (resolve = settle))
  return { load: () => code, come: () => resolve(Greeting) }
}

it('renders the placeholder until the code has loaded, then the component', async () => {
  const code = slowCode()
  const Lazy = lazyComponent(code.load, meanwhile)
  const { rerender } = render(<Lazy name="Ada" />)
  expect(screen.getByText('Ada is on the way')).toBeDefined()
  rerender(<Lazy name="Grace" />)
  await act(async () => code.come())
  expect(screen.getByText('Hello Grace')).toBeDefined()
})

it('renders the component at once when its code has loaded, and does not load it again', async () => {
  const loadCode = vi.fn(async () => Greeting)
  const placeholder = vi.fn(meanwhile)
  const Lazy = lazyComponent(loadCode, placeholder)
  await Lazy.load()
  render(<Lazy name="Ada" />)
  expect(screen.getByText('Hello Ada')).toBeDefined()
  expect(placeholder).not.toHaveBeenCalled()
  expect(loadCode).toHaveBeenCalledTimes(1)
})

const failing = () => Promise.reject(new TypeError('Failed to fetch'))

it('throws the error of a failed load where it is a page, and loads again at the next render', async () => {
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => {})
  const loadCode = vi
    .fn(async (): Promise<ComponentType<GreetingProps>> => Greeting)
    .mockRejectedValueOnce(new TypeError('Failed to fetch'))
  const Lazy = lazyComponent(loadCode, undefined, { whenMissing: 'throw' })
  const shown = (attempt: number) => (
    <ErrorBoundary key={attempt} fallback={({ error }) => <p>{String(error)}</p>}>
      <Lazy name="Ada" />
    </ErrorBoundary>
  )
  const { rerender } = render(shown(1))
  expect(
    await screen.findByText('MissingCodeError: A part of the dashboard could not be loaded'),
  ).toBeDefined()
  rerender(shown(2))
  expect(await screen.findByText('Hello Ada')).toBeDefined()
  quiet.mockRestore()
})

it('costs only a part of the page, beside which what was typed stays', async () => {
  fakeFetch({ 'GET /': new Response('<script type="module" src="/assets/new.js"></script>') })
  const Lazy = lazyComponent<GreetingProps>(failing, meanwhile)
  const user = userEvent.setup()
  render(
    <MantineProvider env="test">
      <MissingCodeNotice />
      <input aria-label="Notes" />
      <Lazy name="Ada" />
    </MantineProvider>,
  )
  await user.type(screen.getByLabelText('Notes'), 'half a thought')
  await screen.findByText('Couldn’t load this part')
  await waitFor(() => expect(screen.getAllByText(/The dashboard was updated/)).toHaveLength(2))
  expect(screen.getByLabelText('Notes')).toHaveProperty('value', 'half a thought')
  expect(screen.queryByText('Ada is on the way')).toBeNull()
})

it('keeps what stands in for it, if that is worth as much', async () => {
  fakeFetch({ 'GET /': noAnswer() })
  const Lazy = lazyComponent<GreetingProps>(failing, meanwhile, { whenMissing: 'placeholder' })
  render(
    <MantineProvider env="test">
      <MissingCodeNotice />
      <Lazy name="Ada" />
    </MantineProvider>,
  )
  await screen.findByText(/The server cannot be reached/)
  expect(screen.getByText('Ada is on the way')).toBeDefined()
})
