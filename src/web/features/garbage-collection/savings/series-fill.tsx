import { useMediaQuery } from '@mantine/hooks'
import type { Series } from './savings-series.ts'

const now = { getInitialValueInEffect: false } as const

/** Patterns of system colours, by place in the stack. */
const patterns = [
  <rect key="full" width={6} height={6} fill="CanvasText" />,
  <path key="diagonal" d="M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2" />,
  <path key="dots" d="M1,1 h2 M4,4 h2" strokeWidth={2} />,
  <path key="lines" d="M0,3 h6" />,
  <path key="columns" d="M3,0 v6" />,
  <path key="net" d="M0,3 h6 M3,0 v6" />,
  <rect key="highlight" width={6} height={6} fill="Highlight" />,
] as const

const idOf = (place: number): string => `savings-pattern-${place % patterns.length}`

/** How the series are filled: by colour, or by pattern where the system chooses the colours. */
export function useSeriesFill(series: readonly Series[]): (place: number) => string {
  const isForced = useMediaQuery('(forced-colors: active)', false, now)
  return (place) => (isForced ? `url(#${idOf(place)})` : (series[place]?.color ?? 'currentColor'))
}

/** The patterns; once in the page that uses them. */
export const SeriesPatterns = () => (
  <defs>
    {patterns.map((pattern, place) => (
      <pattern
        key={pattern.key}
        id={idOf(place)}
        width={6}
        height={6}
        patternUnits="userSpaceOnUse"
      >
        <rect width={6} height={6} fill="Canvas" />
        <g stroke="CanvasText" fill="none">
          {pattern}
        </g>
      </pattern>
    ))}
  </defs>
)

/** The colour of a series in a legend. */
export const Swatch = ({ fill, className }: { fill: string; className?: string | undefined }) => (
  <svg width={10} height={10} aria-hidden className={className}>
    <rect width={10} height={10} rx={2} style={{ fill }} />
  </svg>
)
