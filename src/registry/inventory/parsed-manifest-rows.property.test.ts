import fc from 'fast-check'
import { expect, it } from 'vitest'
import { digestOf, type Digest } from '#domain/values/digest.ts'
import { image, index } from '#testing/gc/model-images.ts'
import { digestNamed } from '#testing/gc/model-registry.ts'
import { tableOfRows, listsOthers, subjectsOf, type ManifestRow } from './parsed-manifest-rows.ts'
import { packParsedManifests, type ManifestReadResult } from '#graph/packed/parsed-manifests.ts'

const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 4 })
const otherDigest = digestOf('sha512', 'c'.repeat(128))
const descriptorOf = (digest: Digest) => ({ mediaType: 'x', digest, sizeBytes: 7 })

const reading: fc.Arbitrary<ManifestReadResult> = fc.oneof(
  fc.constant({ kind: 'missing' as const }),
  fc.string().map((reason) => ({ kind: 'unreadable' as const, reason })),
  names.map((list) => ({ kind: 'manifest' as const, manifest: index(list), sizeBytes: 50 })),
  fc
    .tuple(names, fc.boolean(), fc.constantFrom(null, digestNamed('S'), otherDigest), fc.nat())
    .map(([list, hasOther, subject, sizeBytes]) => {
      const manifest = image(list)
      if (manifest.kind !== 'image') throw new Error('an image')
      return {
        kind: 'manifest' as const,
        manifest: {
          ...manifest,
          layers: [...manifest.layers, ...(hasOther ? [descriptorOf(otherDigest)] : [])],
          ...(subject ? { subject: descriptorOf(subject) } : {}),
        },
        sizeBytes,
      }
    }),
)

it('makes of rows of several tables what reading them together gives', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(reading, { maxLength: 6 }), { maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (answers, picks) => {
        const all = answers.flatMap((answer) => {
          const columns = packParsedManifests(answer)
          return answer.map((one, row) => ({ one, row: { columns, row } satisfies ManifestRow }))
        })
        const picked = all.length === 0 ? [] : picks.flatMap((nth) => all[nth % all.length] ?? [])
        expect(tableOfRows(picked.map(({ row }) => row))).toEqual(
          packParsedManifests(picked.map(({ one }) => one)),
        )
        for (const { one, row } of all) {
          const manifest = one.kind === 'manifest' ? one.manifest : null
          expect(subjectsOf(row)).toEqual(manifest?.subject ? [manifest.subject.digest] : [])
          const layers = manifest?.kind === 'image' ? manifest.layers : []
          expect(listsOthers(row)).toBe(layers.some(({ digest }) => digest === otherDigest))
        }
      },
    ),
  )
})
