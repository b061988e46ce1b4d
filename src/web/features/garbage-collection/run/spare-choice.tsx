import type { WireRecentlyDeleted } from '#contract/jobs/garbage-collection.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { Checkbox } from '@mantine/core'
import { countOf } from '#web/components/text/count-of.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { imageName } from '#web/entities/image-name.ts'
import classes from './spare-choice.module.css'

interface SpareChoiceProps {
  readonly recent: WireRecentlyDeleted
  readonly hours: number
  readonly isSparing: boolean
  readonly onChange: (isSparing: boolean) => void
}

/** Lists the images that a run would take shortly after their deletion, and spares them. */
export function SpareChoice({ recent, hours, isSparing, onChange }: SpareChoiceProps) {
  const { images, bytes, named } = recent
  const namedCount = named.reduce((sum, { imageCount = 1 }) => sum + imageCount, 0)
  const amount = bytes === null ? '' : `, ${formatByteSize(bytes)}`
  return (
    <div className={classes.root}>
      <Checkbox
        label={`Spare the ${countOf(images, 'image')} deleted in the last ${hours} h${amount}`}
        description="They stay in the trash and can be restored. A later run may take them."
        checked={isSparing}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <ul className={classes.images} aria-label="Deleted a short time ago">
        {named.map(({ repository, tags, digest, imageCount, deletedAt, deletedBy }) => (
          <li key={repository + digest + deletedAt}>
            {imageCount === undefined
              ? imageName(repository, tags[0] ?? digest)
              : `${repository}, the whole repository: ${countOf(imageCount, 'image')}`}
            <span className={classes.when}>
              {' '}
              <RelativeTime at={deletedAt} /> by {deletedBy}
            </span>
          </li>
        ))}
        {images > namedCount && <li>and {countOf(images - namedCount, 'more', 'more')}</li>}
      </ul>
    </div>
  )
}
