import type { WireStorageParts } from '#contract/jobs/storage.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { storedParts, sumOfParts } from '#domain/collection/stored-parts.ts'
import tones from '#web/components/byte-strip/tones.module.css'
import classes from './parts-bar.module.css'
import { partLabels } from './storage-parts.ts'

export interface PartsBarProps {
  readonly parts: WireStorageParts | null
  /** The bytes of a bar of full length. */
  readonly longestBytes: number
}

/** The parts of one repository in a cell, to the same scale in all rows. */
export function PartsBar({ parts, longestBytes }: PartsBarProps) {
  if (parts === null) return <span className={classes.track} />
  const sum = sumOfParts(parts)
  const present = storedParts.filter((part) => parts[part] > 0)
  const words = present.map((part) => `${formatByteSize(parts[part])} ${partLabels[part]}`)
  return (
    <span
      className={classes.track}
      role="img"
      aria-label={words.join(', ') || 'nothing stored'}
      title={words.join('\n')}
    >
      <span
        className={classes.bar}
        style={{ width: `${longestBytes === 0 ? 0 : (sum / longestBytes) * 100}%` }}
      >
        {present.map((part) => (
          <span
            key={part}
            className={`${classes.part} ${tones[part]}`}
            style={{ flexGrow: parts[part] }}
          />
        ))}
      </span>
    </span>
  )
}
