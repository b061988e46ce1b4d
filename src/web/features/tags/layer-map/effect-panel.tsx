import { shortDigest } from '#domain/values/digest.ts'
import { Button } from '@mantine/core'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { ShortDigest } from '#web/entities/short-digest.tsx'
import classes from './layer-map.module.css'
import type { MapItem } from './map-focus.ts'
import type { DrawnImage, DrawnLayer, MapModel } from './map-model.ts'
import { beginningOf, goesWords, imageTitle, layerWords, staysWords } from './map-labels.ts'

interface EffectPanelProps {
  readonly model: MapModel
  readonly shown: MapItem | null
  /** It stays shown, so that a person can reach its buttons. */
  readonly isChosen: boolean
  readonly onOpen: (image: DrawnImage) => void
  readonly onDelete: (image: DrawnImage) => void
  readonly noDeleteReason: string | null
}

const reasonsShown = 3

/**
 * What goes and what stays if the pointed-at image is deleted; without one, how to see it.
 */
export function EffectPanel(props: EffectPanelProps) {
  const { model, shown } = props
  const image = shown?.kind === 'image' ? model.images[shown.position] : undefined
  const layer = shown?.kind === 'layer' ? model.layers[shown.position] : undefined
  return (
    <section aria-label="What would go and what would stay" className={classes.panel}>
      {image ? (
        <ImageEffect {...props} image={image} />
      ) : layer ? (
        <LayerEffect {...props} layer={layer} />
      ) : (
        <p className={classes.hint}>
          Point at an image, or go there with the arrow keys, to see what goes and what stays.
        </p>
      )}
    </section>
  )
}

function LayerEffect({
  model,
  layer,
  isChosen,
}: EffectPanelProps & { readonly layer: DrawnLayer }) {
  return (
    <div className={classes.sentence}>
      <b title={layer.name}>{beginningOf(layer.name, 160)}</b>, <ByteSize bytes={layer.size} />.{' '}
      {layerWords(layer, model)}
      <div className={classes.reason}>
        {isChosen ? <ShortDigest digest={layer.digest} /> : shortDigest(layer.digest)}
      </div>
    </div>
  )
}

function ImageEffect({
  model,
  image,
  isChosen,
  onOpen,
  onDelete,
  noDeleteReason,
}: EffectPanelProps & { readonly image: DrawnImage }) {
  const reasons = staysWords(image, model)
  const more = reasons.length - reasonsShown
  return (
    <>
      <div className={classes.sentence}>
        Deleting <b>{imageTitle(image)}</b> {goesWords(image)}.
        {reasons.slice(0, reasonsShown).map((reason) => (
          <div key={reason} className={classes.reason}>
            {reason}.
          </div>
        ))}
        {more > 0 && <div className={classes.reason}>And {more} more stay.</div>}
      </div>
      {isChosen && (
        <div className={classes.buttons}>
          <Button variant="default" size="compact-sm" onClick={() => onOpen(image)}>
            Details
          </Button>
          <Button
            variant="light"
            color="red"
            size="compact-sm"
            data-disabled={noDeleteReason !== null || undefined}
            aria-disabled={noDeleteReason !== null}
            aria-description={noDeleteReason ?? undefined}
            title={noDeleteReason ?? undefined}
            onClick={() => {
              if (noDeleteReason === null) onDelete(image)
            }}
          >
            Delete…
          </Button>
        </div>
      )}
    </>
  )
}
