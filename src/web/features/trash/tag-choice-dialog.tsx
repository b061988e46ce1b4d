import type { RestoreRequest, TrashEntry } from '#contract/images/trash.ts'
import { Checkbox, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { ConfirmDialog } from '#web/components/feedback/confirm-dialog.tsx'
import { entryName } from './entry-name.ts'

interface TagChoiceDialogProps {
  readonly entry: TrashEntry
  readonly onClose: () => void
  readonly onRestore: (body: RestoreRequest) => void
}

/** Some tags of the image were deleted one by one before it: the person chooses which come back. */
export function TagChoiceDialog({ entry, onClose, onRestore }: TagChoiceDialogProps) {
  const [chosen, setChosen] = useState(entry.tags)
  const restore = () => {
    const left = entry.tags.filter((tag) => !chosen.includes(tag))
    onRestore(left.length > 0 ? { tags: Object.fromEntries(left.map((tag) => [tag, null])) } : {})
  }
  return (
    <ConfirmDialog
      onClose={onClose}
      title={`Restore ${entryName(entry)}`}
      confirmLabel="Restore"
      onConfirm={restore}
    >
      <Text mb="md">
        Tags of this image were deleted one by one. Those that are checked come back with it.
      </Text>
      <Checkbox.Group aria-label="Tags that come back" value={chosen} onChange={setChosen}>
        <Stack gap="sm">
          {entry.tags.map((tag) => (
            <Checkbox
              key={tag}
              value={tag}
              label={tag}
              description={entry.earlierTags.includes(tag) ? 'Deleted before the image' : undefined}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      {chosen.length === 0 && (
        <Text mt="md" size="sm">
          Without a tag, the image can then be pulled by its digest only.
        </Text>
      )}
    </ConfirmDialog>
  )
}
