import { act, render, screen } from '@testing-library/react'
import type { ComponentType } from 'react'
import { expect, it, vi } from 'vitest'
import { ErrorBoundary } from '#web/app/shell/error-boundary.tsx'
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

it('throws the error of a failed load, and loads again at the next render', async () => {
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => {})
  const loadCode = vi
    .fn(async (): Promise<ComponentType<GreetingProps>> => Greeting)
    .mockRejectedValueOnce(new TypeError('Failed to fetch'))
  const Lazy = lazyComponent(loadCode)
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
