import { createContext } from 'react'
import type { DeletionTarget } from '../list/selection.ts'

interface DeletionOffer {
  /** Why the person may not delete here; null if they may. */
  readonly noDeleteReason: string | null
  /** Opens the confirmation. */
  readonly askToDelete: (targets: readonly DeletionTarget[]) => void
}

/** What the details of an image offer, however deep in them. */
export const DeletionContext = createContext<DeletionOffer>({
  noDeleteReason: null,
  askToDelete: () => undefined,
})
