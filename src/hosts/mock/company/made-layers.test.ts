import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { makeBlock, type MadeBytes } from '#adapters/memory/made-bytes.ts'
import { layerDigests } from './layer-digests.ts'
import { madeLayers } from './made-layers.ts'

function hexOf(made: MadeBytes): string {
  const hash = createHash('sha256')
  for (let offset = 0; offset < made.byteLength;) {
    const block = makeBlock(made, offset, made.byteLength)
    hash.update(block)
    offset += block.length
  }
  return hash.digest('hex')
}

const linesOf = (hexes: readonly string[]): string =>
  hexes.map((hex, place) => hex + (place % 4 === 3 ? '\n' : ' ')).join('')

/** Reads every layer, some 20 GB, so this is done on request only: UPDATE_LAYER_DIGESTS=1. */
async function updateDigests(): Promise<void> {
  const text = `/** The sha256 digests of the layers in \`made-layers.ts\`; its test writes them. */\nexport const layerDigests = \`\n${linesOf(madeLayers.map(({ made }) => hexOf(made))).trimEnd()}\n\`\n`
  await writeFile(new URL('layer-digests.ts', import.meta.url), text)
}

test('the stored digests are those of the bytes', async () => {
  if (process.env.UPDATE_LAYER_DIGESTS === '1') return updateDigests()
  const hexes = layerDigests.trim().split(/\s+/)
  expect(hexes).toHaveLength(madeLayers.length)
  expect(new Set(hexes).size).toBe(hexes.length)
  // The smallest of each kind but the models.
  for (const kind of ['base', 'runtime', 'dependencies', 'program']) {
    const [smallest] = madeLayers
      .map((layer, place) => ({ ...layer, place }))
      .filter((layer) => layer.kind === kind)
      .toSorted((one, other) => one.made.byteLength - other.made.byteLength)
    if (smallest === undefined) throw new Error(`there is no layer for ${kind}`)
    expect(hexOf(smallest.made)).toBe(hexes[smallest.place])
  }
}, 600_000)
