import { MissingCodeError } from './missing-code.ts'
import { whenIdle } from './use-preload.ts'
import { startTransition, useEffect, useState, type ComponentType, type ReactNode } from 'react'

/** A component whose code loads at its first render, or when `load` is called. */
export interface LazyComponent<Props extends object> {
  (props: Props): ReactNode
  /** Rejects when the code cannot be loaded. Repeated calls share one load. */
  readonly load: () => Promise<ComponentType<Props>>
}

interface LazyOptions {
  /** Loads when the browser is idle: for what stands beside what people wait for. */
  readonly isPatient?: boolean
}

interface Code<Props> {
  readonly Component: ComponentType<Props> | null
  readonly failure?: MissingCodeError
}

/**
 * Renders a component at once when its code has loaded, and otherwise a placeholder until it has;
 * throws during render when the load failed. React's `lazy` suspends even for code that has loaded,
 * and a part of a page that has shown a placeholder then keeps it for 300 ms.
 *
 * @param placeholder rendered while the code loads
 */
export function lazyComponent<Props extends object>(
  loadCode: () => Promise<ComponentType<Props>>,
  placeholder: (props: Props) => ReactNode = () => null,
  { isPatient = false }: LazyOptions = {},
): LazyComponent<Props> {
  let loaded: ComponentType<Props> | null = null
  const load = async (): Promise<ComponentType<Props>> => (loaded ??= await loadCode())

  function Lazy(props: Props) {
    const [{ Component, failure }, setCode] = useState<Code<Props>>({ Component: loaded })
    useEffect(() => {
      if (Component) return undefined
      // As a transition, in slices, as React renders after `lazy`: a page may be expensive to
      // render.
      const draw = (code: Code<Props>): void => startTransition(() => setCode(code))
      const begin = (): void =>
        void load().then(
          (code) => draw({ Component: code }),
          (cause: unknown) =>
            draw({
              Component: null,
              failure: new MissingCodeError('A part of the dashboard could not be loaded', {
                cause,
              }),
            }),
        )
      if (isPatient) return whenIdle(begin)
      begin()
      return undefined
    }, [Component])
    if (failure) throw failure
    return Component ? <Component {...props} /> : placeholder(props)
  }
  return Object.assign(Lazy, { load })
}
