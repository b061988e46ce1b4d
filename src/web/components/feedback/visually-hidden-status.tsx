import { VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'

/** Said by a screen reader when it appears or changes; seen by nobody. */
export function VisuallyHiddenStatus({ children }: { children: ReactNode }) {
  return (
    <VisuallyHidden role="status" component="span">
      {children}
    </VisuallyHidden>
  )
}
