import type { TrashEntry } from '#contract/images/trash.ts'
import { ScrollArea, Text, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { ConfirmDialog } from '#web/components/feedback/confirm-dialog.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import classes from './repository-tags.module.css'

/** "38 images, 112 tags": opens the list of the tags that come back with a repository. */
export function RepositoryTags({ entry }: { readonly entry: TrashEntry }) {
  const { repository, tags, imageCount = 0, tagCount = tags.length } = entry
  const [isOpen, setOpen] = useState(false)
  const words = `${countOf(imageCount, 'image')}, ${countOf(tagCount, 'tag')}`
  if (tags.length === 0) return words
  return (
    <>
      <UnstyledButton
        className={classes.open}
        aria-label={`${words} of ${repository}: show the tags`}
        onClick={() => setOpen(true)}
      >
        {words}
      </UnstyledButton>
      {isOpen && (
        <ConfirmDialog
          title={`Tags of ${repository} in the trash`}
          confirmLabel={null}
          cancelLabel="Close"
          onConfirm={() => undefined}
          onClose={() => setOpen(false)}
        >
          <ScrollArea.Autosize mah="20rem" type="auto" viewportProps={{ tabIndex: 0 }}>
            <ul className={classes.tags}>
              {tags.map((tag) => (
                <li key={tag}>{tag}</li>
              ))}
            </ul>
          </ScrollArea.Autosize>
          {tagCount > tags.length && (
            <Text size="sm" c="dimmed" mt="xs">
              and {countOf(tagCount - tags.length, 'more', 'more')}
            </Text>
          )}
        </ConfirmDialog>
      )}
    </>
  )
}
