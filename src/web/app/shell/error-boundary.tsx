import { Component, type ComponentType, type ReactNode } from 'react'

interface ErrorBoundaryProps {
  /** What is shown instead; nothing if left out. */
  readonly fallback?: ComponentType<{ readonly error: unknown }>
  readonly children: ReactNode
}

/** Keeps what fails inside from taking the page with it. React has no function for this yet. */
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
