import { Button } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { IconButton } from '#web/components/layout/icon-button.tsx'
import { DeleteRepositoryDialog } from './delete-repository-dialog.tsx'

interface DeleteRepositoryButtonProps {
  readonly name: string
  /** As a trash can in a row, or as a button with its word. */
  readonly isRow?: boolean
  readonly onDeleted?: () => void
}

/** For those who administer the repository. */
export function DeleteRepositoryButton({ name, isRow, onDeleted }: DeleteRepositoryButtonProps) {
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      {isRow ? (
        <IconButton
          aria-label={`Delete the repository ${name}`}
          title="Delete the repository"
          onClick={() => setAsking(true)}
        >
          <IconTrash size={17} stroke={1.6} aria-hidden />
        </IconButton>
      ) : (
        <Button
          variant="default"
          leftSection={<IconTrash size={16} stroke={1.6} aria-hidden />}
          onClick={() => setAsking(true)}
        >
          Delete repository
        </Button>
      )}
      {isAsking && (
        <DeleteRepositoryDialog
          name={name}
          onClose={() => setAsking(false)}
          onDeleted={onDeleted}
        />
      )}
    </>
  )
}
