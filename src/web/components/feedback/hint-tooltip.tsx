import { Tooltip } from '@mantine/core'
import type { ReactNode, RefObject } from 'react'

interface HintTooltipProps {
  readonly target: RefObject<HTMLElement | null>
  readonly label: ReactNode
}

/** The part of a hint whose code loads when the first hint is needed. */
export const HintTooltip = ({ target, label }: HintTooltipProps) => (
  <Tooltip target={target} label={label} opened multiline maw={360} withArrow />
)
