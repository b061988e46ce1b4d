import { startTransition, useEffect, useState, type ComponentType, type ReactNode } from 'react'

/** A component whose code is loaded when it is first drawn, or told to. */
export interface LazyComponent<Props extends object> {
  (props: Props): ReactNode
  /** Rejects where the code cannot be had. There is one code, however often it is asked for. */
  readonly load: () => Promise<ComponentType<Props>>
}

interface Code<Props> {
  readonly Component: ComponentType<Props> | null
  readonly failure?: { readonly cause: unknown }
}

/**
 * Draws a component at once where its code is there already, and as soon as it comes where it is not;
 * throws, when it is drawn, where it cannot be had. React's `lazy` waits for code that is there, and
 * whatever of a page has shown a placeholder keeps it for 300 ms.
 *
 * @param placeholder what is drawn while the code is on the way
 */
export function lazily<Props extends object>(
  loadCode: () => Promise<ComponentType<Props>>,
  placeholder: (props: Props) => ReactNode = () => null,
): LazyComponent<Props> {
  let loaded: ComponentType<Props> | null = null
  const load = async (): Promise<ComponentType<Props>> => (loaded ??= await loadCode())

  function Lazy(props: Props) {
    const [{ Component, failure }, setCode] = useState<Code<Props>>({ Component: loaded })
    useEffect(() => {
      if (Component) return
      // In pieces, as React draws what `lazy` has waited for: a page may be much to draw.
      const draw = (code: Code<Props>): void => startTransition(() => setCode(code))
      load().then(
        (code) => draw({ Component: code }),
        (cause: unknown) => draw({ Component: null, failure: { cause } }),
      )
    }, [Component])
    if (failure) throw failure.cause
    return Component ? <Component {...props} /> : placeholder(props)
  }
  return Object.assign(Lazy, { load })
}
