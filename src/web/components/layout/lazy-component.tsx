import { MissingCodeError, reportMissingCode } from './missing-code.ts'
import { MissingPart } from './missing-part.tsx'
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
  /**
   * What happens if the code cannot be loaded: a whole page throws; what stands in for a part of a
   * page stays, if it is worth as much. Otherwise that part says so itself, or is left out if
   * nothing stood in for it.
   */
  readonly whenMissing?: 'throw' | 'placeholder'
}

interface Code<Props> {
  readonly Component: ComponentType<Props> | null
  readonly failure?: MissingCodeError
}

/**
 * Renders a component at once when its code has loaded, and otherwise a placeholder until it has. A
 * failed load is reported to the shell, and costs only this part of the page, so that nothing is
 * lost that a person has typed beside it. React's `lazy` suspends even for code that has loaded, and
 * a part of a page that has shown a placeholder then keeps it for 300 ms.
 *
 * @param placeholder rendered while the code loads
 */
export function lazyComponent<Props extends object>(
  loadCode: () => Promise<ComponentType<Props>>,
  placeholder?: (props: Props) => ReactNode,
  { isPatient = false, whenMissing }: LazyOptions = {},
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
          (cause: unknown) => {
            if (whenMissing !== 'throw') reportMissingCode()
            draw({
              Component: null,
              failure: new MissingCodeError('A part of the dashboard could not be loaded', {
                cause,
              }),
            })
          },
        )
      if (isPatient) return whenIdle(begin)
      begin()
      return undefined
    }, [Component])
    if (failure && whenMissing === 'throw') throw failure
    if (failure && placeholder && whenMissing !== 'placeholder') return <MissingPart />
    return Component ? <Component {...props} /> : placeholder?.(props)
  }
  return Object.assign(Lazy, { load })
}
