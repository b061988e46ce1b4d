import { Component, type ComponentType, type ReactNode } from 'react'

interface ErrorBoundaryProps {
  /** Rendered in place of what failed; nothing if absent. */
  readonly fallback?: ComponentType<{ readonly error: unknown }>
  readonly children: ReactNode
}

/**
 * Catches errors of its children, so that the rest of the page stays. React has no function for
 * this yet.
 */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { failure: unknown }> {
  override state: { failure: unknown } = { failure: null }

  static getDerivedStateFromError(error: unknown): { failure: unknown } {
    return { failure: error ?? new Error('unknown') }
  }

  override render(): ReactNode {
    const { fallback: Fallback, children } = this.props
    if (this.state.failure === null) return children
    return Fallback ? <Fallback error={this.state.failure} /> : null
  }
}
