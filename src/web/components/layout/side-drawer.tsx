import { Drawer } from '@mantine/core'
import { useMounted } from '@mantine/hooks'
import { useState, type ReactNode } from 'react'

interface SideDrawerProps {
  /** What it is about; null: closed. */
  readonly subject: string | null
  readonly title: (subject: string) => string
  readonly closeLabel: string
  readonly size: string
  readonly onClose: () => void
  readonly children: (subject: string) => ReactNode
}

/** All about one line of a list, beside that list. Closed, it gives the focus back to the line. */
export function SideDrawer(props: SideDrawerProps) {
  const { subject } = props
  // Kept while it closes: only a drawer that stays can give the focus back.
  const [shown, setShown] = useState(subject)
  if (subject !== null && subject !== shown) setShown(subject)
  return shown === null ? null : <OpeningDrawer {...props} shown={shown} />
}

interface OpeningDrawerProps extends SideDrawerProps {
  /** The last subject there was. */
  readonly shown: string
}

function OpeningDrawer(props: OpeningDrawerProps) {
  const { subject, shown, title, closeLabel, size, onClose, children } = props
  // It notes who has the focus when it opens, but not when it begins open.
  const isMounted = useMounted()
  return (
    <Drawer
      opened={isMounted && subject !== null}
      onClose={onClose}
      position="right"
      size={size}
      title={title(shown)}
      closeButtonProps={{ 'aria-label': closeLabel }}
      overlayProps={{ backgroundOpacity: 0.25 }}
    >
      {children(shown)}
    </Drawer>
  )
}
