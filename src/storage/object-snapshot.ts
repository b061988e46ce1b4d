import type { ObjectReader } from './object-store.ts'

/**
 * A store as it was at the first question after it was made, or has forgotten: for platforms where a
 * list of everything is cheaper than many questions. Like any list it is of no single moment.
 */
export interface ObjectSnapshot {
  readonly reader: ObjectReader
  /** The next question is answered by what is there then. */
  forget(): void
}
