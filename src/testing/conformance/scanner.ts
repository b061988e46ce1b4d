import { beforeEach, describe, expect, it } from 'vitest'
import type { BlindSpot, ObjectStore, Obstacle } from '#storage/object-store.ts'
import type { ObjectScanner, ScannedArea } from '#storage/scanner.ts'
import { bytesOf } from './object-store/samples.ts'

export interface ScannerHost {
  /** An empty store, and a scanner of it. */
  open(): Promise<{ readonly objects: ObjectStore; readonly scanner: ObjectScanner }>
  readonly obstacles?: Partial<Readonly<Record<Obstacle, (key: string) => Promise<void>>>>
}

const blobs: ScannedArea = { prefix: 'blobs/sha256/', depth: 2 }
const links: ScannedArea = { prefix: 'team/_layers/sha256/', depth: 1 }

/** What every scanner must find and report. */
export function describeScanner(name: string, host: ScannerHost): void {
  describe(`${name} as a scanner`, () => {
    let objects: ObjectStore
    let scanner: ObjectScanner
    beforeEach(async () => {
      ;({ objects, scanner } = await host.open())
    })

    const put = (keys: readonly string[]) =>
      Promise.all(keys.map((key) => objects.put(key, bytesOf('1'))))

    async function scan(...areas: readonly ScannedArea[]) {
      const items: string[] = []
      const strays: string[] = []
      const blindSpots: BlindSpot[] = []
      for await (const pages of scanner.scan(areas)) {
        for (const page of pages) {
          expect(areas).toContainEqual(page.area)
          for (const item of page.items) items.push(page.area.prefix + item)
          strays.push(...page.strays)
          blindSpots.push(...page.blindSpots)
        }
      }
      return { items: items.toSorted(), strays: strays.toSorted(), blindSpots }
    }

    it('finds nothing in an empty area', async () => {
      await put(['team/_layers/sha512/a/link', 'blobs/sha256x/aa/aa1/data'])
      expect(await scan(blobs, links)).toEqual({ items: [], strays: [], blindSpots: [] })
      expect(await scan()).toEqual({ items: [], strays: [], blindSpots: [] })
    })

    it('finds each item of each area once, with any name, and nothing else', async () => {
      const items = [
        'blobs/sha256/aa/aa1',
        'blobs/sha256/aa/aa2',
        'blobs/sha256/bb/bb1',
        'team/_layers/sha256/aé',
        'team/_layers/sha256/\u{1F600}',
        ...Array.from({ length: 1500 }, (_, at) => `team/_layers/sha256/${1000 + at}`),
      ]
      await put(
        items.flatMap((item) => [`${item}/data`, ...(item.length < 21 ? [`${item}/more/x`] : [])]),
      )
      expect(await scan(blobs, links)).toEqual({
        items: items.toSorted(),
        strays: [],
        blindSpots: [],
      })
      expect((await scan(blobs)).items).toEqual(items.slice(0, 3))
    })

    it('reports keys that are beside the items, on the path to them, or in the place of one', async () => {
      const strays = ['blobs/sha256/aa/notes', 'blobs/sha256/notes', 'team/_layers/sha256/a']
      await put([...strays, 'blobs/sha256/aa/aa1/data'])
      expect(await scan(blobs, links)).toEqual({
        items: ['blobs/sha256/aa/aa1'],
        strays,
        blindSpots: [],
      })
    })

    describe.each(Object.entries(host.obstacles ?? {}))('where there is a %s', (obstacle, make) => {
      it.each(['blobs', 'blobs/sha256', 'blobs/sha256/aa', 'blobs/sha256/bb/bb1'])(
        'at %s, reports it, and finds what is not behind it',
        async (key) => {
          const isBehind = (item: string) => item.startsWith(`${key}/`)
          const items = ['blobs/sha256/aa/aa1', 'blobs/sha256/bb/bb2', 'team/_layers/sha256/a']
          const seen = items.filter((item) => !isBehind(item))
          await put(seen.map((item) => `${item}/data`))
          await make(key)
          const found = await scan(blobs, links)
          expect(found.items).toEqual(seen)
          expect(found.blindSpots).toEqual([{ kind: 'blind spot', key, obstacle }])
        },
      )
    })
  })
}
