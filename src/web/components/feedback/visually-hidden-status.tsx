import { VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'

/** A screen reader reads this when it appears or changes; it is not visible. */
export function VisuallyHiddenStatus({ children }: { children: ReactNode }) {
  return (
    <VisuallyHidden role="status" component="span">
      {children}
    </VisuallyHidden>
  )
}
