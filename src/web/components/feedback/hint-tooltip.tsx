import { Tooltip } from '@mantine/core'
import type { ReactNode, RefObject } from 'react'

interface HintTooltipProps {
  readonly target: RefObject<HTMLElement | null>
  readonly label: ReactNode
}

/** The part of a hint that is loaded when the first one is wanted. */
export const HintTooltip = ({ target, label }: HintTooltipProps) => (
  <Tooltip target={target} label={label} opened multiline maw={360} withArrow />
)
