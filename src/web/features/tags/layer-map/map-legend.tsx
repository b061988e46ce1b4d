import { isDense, type MapModel } from './map-model.ts'
import classes from './layer-map.module.css'
import { levelWords, sizeLevelsOf } from './size-levels.ts'
import { SizeMark } from './size-mark.tsx'

/** What the marks of the drawing mean. */
export const MapLegend = ({ model }: { readonly model: MapModel }) =>
  isDense(model) ? <DenseLegend model={model} /> : <RibbonLegend />

const RibbonLegend = () => (
  <ul className={classes.legend}>
    <li>
      <span className={classes.keyOwn} aria-hidden /> only in one image: goes with it
    </li>
    <li>
      <span className={classes.keyShared} aria-hidden /> shared: stays as long as another image
      needs it
    </li>
  </ul>
)

function DenseLegend({ model }: { readonly model: MapModel }) {
  const levels = sizeLevelsOf(model)
  return (
    <ul className={classes.legend}>
      <li>
        <span className={classes.keyBar} aria-hidden /> what goes with an image
      </li>
      <li className={classes.sizes}>
        a layer that several images hold:
        {[...levels, Infinity].map((bound, level) => (
          <span key={bound} className={classes.size}>
            <svg width="22" height="22" aria-hidden>
              <SizeMark x={11} y={11} level={level} />
            </svg>
            {levelWords(levels, level)}
          </span>
        ))}
      </li>
    </ul>
  )
}
