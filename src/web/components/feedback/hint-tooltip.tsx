import { Tooltip } from '@mantine/core'
import type { ReactNode, RefObject } from 'react'

interface HintTooltipProps {
  readonly id: string
  readonly target: RefObject<HTMLElement | null>
  readonly label: ReactNode
}

/** The part of a hint whose code loads when the first hint is needed. */
export const HintTooltip = ({ id, target, label }: HintTooltipProps) => (
  // The tooltip has an identifier of its own, and gives it to no element that it describes.
  <Tooltip
    target={target}
    label={<div id={id}>{label}</div>}
    opened
    multiline
    maw={360}
    withArrow
  />
)
