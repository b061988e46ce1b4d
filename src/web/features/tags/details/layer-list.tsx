import type { Layer } from '#contract/tags.ts'
import { ByteSize } from '../../../ui/byte-size.tsx'
import { countOf } from '../../../ui/count-of.ts'
import { ShortDigest } from '../../../ui/short-digest.tsx'
import { holderName } from '../holder-words.ts'
import classes from './tag-drawer.module.css'

/** What the image is made of, and of each piece whether it goes or who keeps it. */
export function LayerList({ layers }: { layers: readonly Layer[] }) {
  const largest = Math.max(1, ...layers.map(({ size }) => size))
  return (
    <section aria-labelledby="layers">
      <h3 className={classes.heading} id="layers">
        {countOf(layers.length, 'layer')}
      </h3>
      <ul className={classes.list}>
        {layers.map((layer) => (
          <li key={layer.digest} className={classes.layer}>
            <div className={classes.layerLine}>
              <ShortDigest digest={layer.digest} />
              <ByteSize bytes={layer.size} />
            </div>
            <div
              className={classes.layerBar}
              data-exclusive={layer.exclusive || undefined}
              style={{ width: `max(4px, ${(layer.size / largest) * 100}%)` }}
            />
            <div className={classes.note}>
              {layer.exclusive ? 'Only in this image' : keptWords(layer)}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Why a layer stays: which other images hold it. */
function keptWords({ sharedWith, sharedWithCount }: Layer): string {
  const more = sharedWithCount - sharedWith.length
  const named = sharedWith.map(holderName).join(', ')
  if (sharedWithCount === 0) return 'Also used otherwise'
  return `Also in ${countOf(sharedWithCount, 'other image')}: ${named}${more > 0 ? ` and ${more} more` : ''}`
}
