import type { RestoreRequest, TagConflict, TrashEntry } from '#contract/images/trash.ts'
import { shortDigest } from '#domain/values/digest.ts'
import { Radio, ScrollArea, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { countOf, namesOf } from '#web/components/text/count-of.ts'
import { ConfirmDialog } from '#web/components/feedback/confirm-dialog.tsx'
import { entryName } from './entry-name.ts'
import {
  newNameError,
  proposedNames,
  resolvedRequest,
  resolutions,
  type Resolution,
} from './restore-conflict.ts'

interface ConflictDialogProps {
  readonly entry: TrashEntry
  readonly conflicts: readonly TagConflict[]
  /** The number of images that need a decision, including this one. */
  readonly waitingCount: number
  readonly isPending: boolean
  readonly error: unknown
  readonly onClose: () => void
  readonly onRestore: (body: RestoreRequest) => void
}

const namedTags = 5

/** Another image has the tag now: the person decides which of the two keeps it. */
export function ConflictDialog({
  entry,
  conflicts,
  waitingCount,
  isPending,
  error,
  onClose,
  onRestore,
}: ConflictDialogProps) {
  const [resolution, setResolution] = useState<Resolution>('rename')
  const [newNames, setNewNames] = useState(() => proposedNames(conflicts))
  const names = namesOf(
    conflicts.map(({ name }) => name),
    namedTags,
  )
  const isOne = conflicts.length === 1
  const isComingBackUntagged = entry.kind !== 'repository' && conflicts.length === entry.tags.length
  const isWrong =
    resolution === 'rename' &&
    conflicts.some(({ name }) => newNameError(newNames[name] ?? '', newNames) !== null)

  return (
    <ConfirmDialog
      onClose={onClose}
      title={`Restore ${entryName(entry)}`}
      confirmLabel="Restore"
      onConfirm={() => onRestore(resolvedRequest(resolution, newNames))}
      isPending={isPending}
      isConfirmDisabled={isWrong}
      error={error}
    >
      <Text mb="md">
        {names} {isOne ? 'shows' : 'show'} another image by now
        {isOne && conflicts[0]?.digest ? ` (${shortDigest(conflicts[0].digest)})` : ''}.
        {waitingCount > 1 &&
          ` ${countOf(waitingCount - 1, 'other image')} will ask the same after it.`}
      </Text>
      <Radio.Group
        aria-label="What to do"
        value={resolution}
        onChange={(value) =>
          setResolution(resolutions.find((known) => known === value) ?? 'rename')
        }
      >
        <Stack gap="sm">
          <Radio
            value="rename"
            label={isOne ? 'Restore it under another name' : 'Restore them under other names'}
          />
          {resolution === 'rename' && (
            <ScrollArea.Autosize mah="18rem" type="auto" ml="xl">
              <Stack gap="sm">
                {conflicts.map(({ name }) => (
                  <TextInput
                    key={name}
                    label={`New name for ${name}`}
                    value={newNames[name] ?? ''}
                    error={newNameError(newNames[name] ?? '', newNames)}
                    onChange={({ currentTarget: { value } }) =>
                      setNewNames((all) => ({ ...all, [name]: value }))
                    }
                  />
                ))}
              </Stack>
            </ScrollArea.Autosize>
          )}
          <Radio
            value="replace"
            label="Replace what is there"
            description={`What ${names} ${isOne ? 'shows' : 'show'} now goes to the trash, unless other tags show it.`}
          />
          <Radio
            value="skip"
            label={isOne ? 'Restore without this tag' : 'Restore without these tags'}
            description={
              isComingBackUntagged
                ? 'The image has no other tag: it can then be pulled by its digest only.'
                : undefined
            }
          />
        </Stack>
      </Radio.Group>
    </ConfirmDialog>
  )
}
