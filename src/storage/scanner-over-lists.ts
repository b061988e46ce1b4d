import type { BlindSpot, Listed, ObjectStore, Prefix } from './object-store.ts'
import type { ObjectScanner, ScannedArea, ScannedPage } from './scanner.ts'

/**
 * Reads one page of a list that is `depth` levels above the items, and the prefixes that lead to
 * them.
 */
function readPage(
  area: ScannedArea,
  depth: number,
  page: readonly Listed[],
): { readonly scanned: ScannedPage; readonly below: readonly Prefix[] } {
  const items: string[] = []
  const strays: string[] = []
  const blindSpots: BlindSpot[] = []
  const below: Prefix[] = []
  for (const listed of page) {
    if (listed.kind === 'key') strays.push(listed.key)
    else if (listed.kind === 'blind spot') blindSpots.push(listed)
    else if (depth > 1) below.push(listed.prefix)
    else items.push(listed.prefix.slice(area.prefix.length, -1))
  }
  return { scanned: { area, items, strays, blindSpots }, below }
}

/** Scans a store by its lists, one prefix after the other. */
export function scannerOver(objects: Pick<ObjectStore, 'list'>): ObjectScanner {
  return {
    async *scan(areas) {
      for (const area of areas) {
        const how = { delimiter: '/', stable: area.stable ?? false } as const
        let level: readonly Prefix[] = [area.prefix]
        for (let depth = area.depth; depth > 0; depth -= 1) {
          const next: Prefix[] = []
          for (const prefix of level) {
            for await (const page of objects.list(prefix, how)) {
              const { scanned, below } = readPage(area, depth, page)
              for (const inner of below) next.push(inner)
              yield [scanned]
            }
          }
          level = next
        }
      }
    },
  }
}
