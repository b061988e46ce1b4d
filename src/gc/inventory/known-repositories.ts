import type { KnownRepository } from '../ports/registry-reader.ts'
import type { Inventory } from './inventory.ts'

/**
 * What an inventory read of its repositories, to stand for those that have not changed since. Not of
 * one with faults, because what could not be read then may be readable now, and not of one with
 * uploads, because one that is given up is no change of its repository.
 */
export function knownRepositories(
  { graph, repositories }: Inventory,
  hasChanged: (repository: string) => boolean,
): KnownRepository {
  // The node of another digest of the same bytes does not tell which of the two was linked.
  if (repositories.some(({ aliases }) => aliases.length > 0)) return () => null
  const known = new Map(repositories.map((repository) => [repository.name, repository]))
  return (name) => {
    const repository = known.get(name)
    if (repository === undefined || hasChanged(name)) return null
    const { tags, revisions, layers, uploads, faults } = repository
    if (uploads.length + faults.length > 0) return null
    return {
      name,
      tags: tags.map((tag) => ({
        name: tag.name,
        digest: tag.node === null ? null : graph.digestOf(tag.node),
        history: tag.history.map(graph.digestOf),
      })),
      revisions: graph.digestsOf([...revisions]),
      layers: graph.digestsOf([...layers]),
      aliases: [],
      uploads,
      faults,
    }
  }
}
