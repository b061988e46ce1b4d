import { IconFolderX } from '@tabler/icons-react'
import { useState } from 'react'
import { Hint } from '#web/components/feedback/hint.tsx'
import { IconButton } from '#web/components/layout/icon-button.tsx'
import { RemoveDialog } from './remove-dialog.tsx'

interface RemoveButtonProps {
  readonly name: string
}

/** For the row of an empty repository. */
export function RemoveButton({ name }: RemoveButtonProps) {
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Hint label="Empty: it can be removed">
        <IconButton aria-label={`Remove ${name}`} onClick={() => setAsking(true)}>
          <IconFolderX size={17} stroke={1.6} aria-hidden />
        </IconButton>
      </Hint>
      {isAsking && <RemoveDialog name={name} onClose={() => setAsking(false)} />}
    </>
  )
}
