import type { ImagePart, Layer, TagDetails } from '#contract/images/tags.ts'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { ShortDigest } from '#web/entities/short-digest.tsx'
import { platformName } from '../image-labels.ts'
import { WhyKept } from './why-kept.tsx'
import classes from './tag-drawer.module.css'

/** What the image consists of, and for each piece whether it goes or what keeps it. */
export function LayerList({ details }: { details: Pick<TagDetails, 'layers' | 'parts'> }) {
  const layers = details.layers.filter(({ kind }) => kind === 'layer')
  const configs = details.layers.filter(({ kind }) => kind === 'config')
  const largest = Math.max(1, ...layers.map(({ size }) => size))
  const uses = usesOf(details.parts)
  return (
    <section aria-labelledby="layers">
      <h3 className={classes.heading} id="layers">
        {countOf(layers.length, 'layer')}
      </h3>
      <p className={classes.key}>
        <span className={classes.keyOwn} aria-hidden /> goes when this image is deleted
        <span className={classes.keyShared} aria-hidden /> stays: other images need it
      </p>
      <ol className={classes.list}>
        {layers.map((layer) => (
          <LayerItem
            key={layer.digest}
            layer={layer}
            share={layer.size / largest}
            use={
              details.parts.length > 1 ? uses.platforms.get(layer.digest)?.join(', ') : undefined
            }
            createdBy={uses.createdBy.get(layer.digest)}
          />
        ))}
      </ol>
      {configs.length > 0 && (
        <p className={classes.note}>
          And {countOf(configs.length, 'configuration')} of{' '}
          <ByteSize bytes={configs.reduce((sum, { size }) => sum + size, 0)} />.
        </p>
      )}
    </section>
  )
}

interface LayerItemProps {
  readonly layer: Layer
  /** As a share of the largest layer. */
  readonly share: number
  readonly use: string | undefined
  readonly createdBy: string | undefined
}

function LayerItem({ layer, share, use, createdBy }: LayerItemProps) {
  return (
    <li className={classes.layer}>
      <div className={classes.layerLine}>
        <span>
          <ShortDigest digest={layer.digest} /> {use && <span className={classes.note}>{use}</span>}
        </span>
        <ByteSize bytes={layer.size} />
      </div>
      {createdBy && (
        <div className={classes.createdBy} title={createdBy}>
          {createdBy}
        </div>
      )}
      <div
        className={classes.layerBar}
        data-exclusive={layer.exclusive || undefined}
        style={{ width: `max(4px, ${share * 100}%)` }}
      />
      {layer.exclusive ? (
        <div className={classes.note}>Only in this image</div>
      ) : (
        <WhyKept layer={layer} />
      )}
    </li>
  )
}

/** For each layer, the platforms that have it and the instruction that made it. */
function usesOf(parts: readonly ImagePart[]) {
  const platforms = new Map<string, string[]>()
  const createdBy = new Map<string, string>()
  for (const { platform, layers } of parts) {
    for (const layer of layers) {
      const names = platforms.get(layer.digest) ?? []
      platforms.set(layer.digest, platform ? [...names, platformName(platform)] : names)
      if (layer.createdBy !== null) createdBy.set(layer.digest, layer.createdBy)
    }
  }
  return { platforms, createdBy }
}
