import type { RegistryReader, RepositoryContents } from './registry-reader.ts'
import type { RepositoryParts } from './store-changes.ts'

/**
 * Reads single parts of a store of which there is an inventory, as they are once this was opened or
 * later. Only for answers to people: it promises no order.
 */
export interface LaterReads extends Pick<
  RegistryReader,
  'manifests' | 'stat' | 'linkedAtMs' | 'trash'
> {
  /** A repository; null where there is none. */
  repository(name: string): Promise<RepositoryContents | null>
  /**
   * What these parts of a repository claim, and nothing else of it. A part that is not linked is
   * left out. Null where they do not tell, so that the repository has to be read whole.
   */
  partsOf(repository: string, parts: RepositoryParts): Promise<RepositoryContents | null>
}
