import { Combobox, Loader, Modal, ScrollArea, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import { useSession } from '#web/api/session-context.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { useEscape } from '#web/components/layout/use-escape.ts'
import { VisuallyHiddenStatus } from '#web/components/feedback/visually-hidden-status.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { destinationGroups } from './destinations.ts'
import { searchQuery } from './queries.ts'
import classes from './search-dialog.module.css'
import { SearchOptions } from './search-options.tsx'

const typingPauseMs = 120

interface SearchDialogProps {
  readonly isOpen: boolean
  /** The person closed the search: the focus returns to where it was. */
  readonly onClose: () => void
  /** The search opens another page, which takes the focus. */
  readonly onJump: () => void
}

/** Jumps to a page, a repository or a tag; it works by keyboard alone. */
export function SearchDialog({ isOpen, onClose, onJump }: SearchDialogProps) {
  const navigate = useNavigate()
  const jump = (path: string) => {
    // The page that opens takes the focus only if no other element has it.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    onJump()
    void navigate(path)
  }
  useEscape(isOpen, onClose)
  return (
    <Modal.Root
      opened={isOpen}
      onClose={onClose}
      closeOnEscape={false}
      returnFocus={false}
      size="lg"
      yOffset="10dvh"
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content aria-label="Search">
        <Modal.Body p={0}>
          <SearchBox onJump={jump} onClose={onClose} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

interface SearchBoxProps {
  readonly onJump: (path: string) => void
  readonly onClose: () => void
}

function SearchBox({ onJump, onClose }: SearchBoxProps) {
  const { isAdmin } = useSession()
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), typingPauseMs)
  const { data, error, isFetching, refetch } = useQuery(searchQuery(asked))
  const combobox = useCombobox({ opened: true, onDropdownClose: onClose })
  const groups = useMemo(
    () =>
      destinationGroups(text, asked === '' || text.trim() === '' ? null : (data ?? null), isAdmin),
    [text, asked, data, isAdmin],
  )
  const shown = groups.reduce((sum, { destinations }) => sum + destinations.length, 0)
  const isSettled = !isFetching && asked === text.trim()

  // Enter opens the first result, unless the person chose another.
  const { selectFirstOption } = combobox
  useEffect(() => {
    selectFirstOption()
    // The store is a new object at each render.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [groups])

  return (
    <Combobox store={combobox} onOptionSubmit={onJump}>
      <Combobox.EventsTarget withExpandedAttribute>
        <TextInput
          aria-label="Search repositories and tags"
          placeholder="Repository, tag, app:1.2 or digest"
          data-autofocus
          size="lg"
          variant="unstyled"
          className={classes.field}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          leftSection={<IconSearch size={18} aria-hidden />}
          rightSection={isFetching ? <Loader size={16} aria-hidden /> : null}
        />
      </Combobox.EventsTarget>
      <ScrollArea.Autosize mah="60dvh" type="scroll" className={classes.results}>
        {error && asked !== '' ? (
          <ErrorState
            title="Couldn’t search"
            error={error}
            onRetry={() => void refetch()}
            isRetrying={isFetching}
          />
        ) : null}
        <SearchOptions groups={groups} />
        {shown === 0 && isSettled && !error ? (
          <p className={classes.nothing}>Nothing matches “{asked}”.</p>
        ) : null}
      </ScrollArea.Autosize>
      <VisuallyHiddenStatus>
        {isSettled && asked !== '' ? countOf(shown, 'result') : ''}
      </VisuallyHiddenStatus>
    </Combobox>
  )
}
