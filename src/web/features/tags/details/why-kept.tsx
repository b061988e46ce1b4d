import type { Layer } from '#contract/images/tags.ts'
import { Button, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Link } from 'react-router'
import { messageOf } from '#web/api/api-error.ts'
import { paths } from '#web/api/page-paths.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { AsOf } from '#web/entities/as-of.tsx'
import { holderName } from '#web/entities/holder-labels.ts'
import { explanationQuery } from '../queries.ts'
import classes from './tag-drawer.module.css'

/** Which other images have a layer and, on demand, the path by which a collection reaches it. */
export function WhyKept({ layer }: { layer: Layer }) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  return (
    <div className={classes.note}>
      <div className={classes.layerLine}>
        <span>
          {layer.sharedWithCount === 0
            ? 'Also used otherwise'
            : `Also in ${countOf(layer.sharedWithCount, 'other image')}`}
        </span>
        <Button
          variant="subtle"
          size="compact-xs"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          Why is it kept?
        </Button>
      </div>
      <div id={id}>{isOpen && <Reasons layer={layer} />}</div>
    </div>
  )
}

function Reasons({ layer }: { layer: Layer }) {
  const { sharedWith, sharedWithCount, digest } = layer
  const explanation = useQuery(explanationQuery(digest))
  const more = sharedWithCount - sharedWith.length
  return (
    <div className={classes.reasons}>
      {sharedWithCount > 0 && (
        <>
          <div>Without this image, these would still need it:</div>
          <ul>
            {sharedWith.map((holder) => (
              <li key={`${holder.repository} ${holder.digest}`}>
                <Link to={paths.repository(holder.repository, holder.tag ?? holder.digest)}>
                  {holderName(holder)}
                </Link>
              </li>
            ))}
            {more > 0 && <li>and {countOf(more, 'more', 'more')}</li>}
          </ul>
        </>
      )}
      {explanation.data ? (
        <>
          <div>A collection keeps it. {explanation.data.reason}</div>
          <AsOf answer={explanation.data} />
          {explanation.data.path.length > 0 && (
            <ol className={classes.way} aria-label="How the collection comes to it">
              {explanation.data.path.map(({ kind, label, digest: step }) => (
                <li key={`${kind} ${label} ${step}`}>
                  {kind} {label}
                </li>
              ))}
            </ol>
          )}
        </>
      ) : explanation.error ? (
        <div>Couldn’t ask the collection: {messageOf(explanation.error)}</div>
      ) : (
        <Loader size="xs" aria-label="Loading" />
      )}
    </div>
  )
}
