import { Drawer } from '@mantine/core'
import { useMounted } from '@mantine/hooks'
import { useState, type ReactNode } from 'react'
import { leaveBy } from '../form/leaving.ts'
import { useEscape } from './use-escape.ts'

interface SideDrawerProps {
  /** The row that the drawer is about; null: closed. */
  readonly subject: string | null
  readonly title: (subject: string) => string
  readonly closeLabel: string
  readonly size: string
  /** From where it comes; default: from the right. */
  readonly position?: 'right' | 'bottom'
  readonly onClose: () => void
  readonly children: (subject: string) => ReactNode
}

/**
 * The details of one row of a list, beside that list. When it closes, the focus returns to the row.
 */
export function SideDrawer(props: SideDrawerProps) {
  const { subject } = props
  // Kept while it closes: only a drawer that stays mounted can return the focus.
  const [shown, setShown] = useState(subject)
  if (subject !== null && subject !== shown) setShown(subject)
  return shown === null ? null : <OpeningDrawer {...props} shown={shown} />
}

interface OpeningDrawerProps extends SideDrawerProps {
  /** The last subject that was not null. */
  readonly shown: string
}

function OpeningDrawer(props: OpeningDrawerProps) {
  const { subject, shown, title, closeLabel, size, position = 'right', onClose, children } = props
  // The drawer notes which element has the focus when it opens, but not when it mounts open.
  const isMounted = useMounted()
  const isOpen = isMounted && subject !== null
  const close = () => leaveBy(onClose)
  useEscape(isOpen, close)
  return (
    <Drawer
      opened={isOpen}
      onClose={close}
      closeOnEscape={false}
      position={position}
      size={size}
      title={title(shown)}
      closeButtonProps={{ 'aria-label': closeLabel }}
      overlayProps={{ backgroundOpacity: 0.25 }}
      styles={position === 'bottom' ? { content: { height: 'auto', maxHeight: '90dvh' } } : {}}
    >
      {children(shown)}
    </Drawer>
  )
}
