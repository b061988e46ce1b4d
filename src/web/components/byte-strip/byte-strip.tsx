import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { countOf } from '../text/count-of.ts'
import { byteFigure } from '../text/byte-figure.ts'
import classes from './byte-strip.module.css'
import tones from './tones.module.css'

/** How a part looks: always the same for the same meaning, and to be told apart without colours. */
export type StripTone =
  | 'oneImage'
  | 'shared'
  | 'untagged'
  | 'trash'
  | 'inDoubt'
  | 'reclaimable'
  | 'chosen'
  | 'stays'
  | 'free'

export interface StripPart {
  readonly tone: StripTone
  /** As it reads after the figure: "shared by several". */
  readonly label: string
  readonly bytes: number
  /** Where the page shows what it consists of. */
  readonly to?: string | undefined
  /** It is so much larger than the rest that it would hide it: drawn as a stub that fades out. */
  readonly isCutOff?: boolean
}

interface ByteStripProps {
  /** Names the list of figures. */
  readonly label: string
  readonly parts: readonly StripPart[]
  /** Only the bar, for where the figures stand beside it. */
  readonly isBare?: boolean
}

/**
 * Bytes by what they are there for: a bar in proportion, and its legend, which is the list of
 * figures. A part of some bytes is never thinner than can be seen; the others give way in
 * proportion.
 */
export function ByteStrip({ label, parts, isBare = false }: ByteStripProps) {
  return (
    <div className={classes.root}>
      <div className={classes.bar} aria-hidden data-bare={isBare || undefined}>
        {parts
          .filter(({ bytes }) => bytes > 0)
          .map((part) => (
            <span
              key={part.tone}
              className={`${classes.part} ${tones[part.tone]}`}
              data-cut={part.isCutOff || undefined}
              style={part.isCutOff ? undefined : { flexGrow: part.bytes }}
            />
          ))}
      </div>
      {!isBare && (
        <ul className={classes.figures} aria-label={label}>
          {parts.map((part) => (
            <li key={part.tone}>
              <Figure {...part} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Figure({ tone, label, bytes, to, isCutOff }: StripPart) {
  const { digits, unit } = byteFigure(bytes)
  return (
    <>
      <span className={classes.figure} title={countOf(bytes, 'byte')}>
        {digits} <span className={classes.unit}>{unit}</span>
      </span>{' '}
      <span className={classes.label}>
        <span className={`${classes.swatch} ${tones[tone]}`} aria-hidden />
        <LabelLink to={to}>
          {label}
          {isCutOff && <span className={classes.notToScale}>, not to scale</span>}
        </LabelLink>
      </span>
    </>
  )
}

const LabelLink = ({ to, children }: { readonly to?: string | undefined; children: ReactNode }) =>
  to === undefined ? (
    <span>{children}</span>
  ) : (
    <Link to={to} className={classes.link}>
      {children}
    </Link>
  )
