import { ActionIcon, Button, Popover, SegmentedControl, Text, TextInput } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { useUrlState, type UpdateUrl } from '#web/components/layout/use-url-state.ts'
import classes from './saved-views.module.css'
import {
  addressOf,
  isShown,
  nameProblem,
  parametersOf,
  readSavedViews,
  viewsFor,
  type SavedView,
} from './saved-view.ts'

interface SavedViewsProps {
  readonly repository: string
  /** False: what is shown cannot be filtered by what cleaning would do. */
  readonly hasVerdicts: boolean
  readonly onView: UpdateUrl
}

const scopes = [
  { value: 'one', label: 'This repository' },
  { value: 'all', label: 'All repositories' },
]

/** Filters and order under names, in this browser: to show, save, rename and delete them. */
export function SavedViews({ repository, hasVerdicts, onView }: SavedViewsProps) {
  const [address] = useUrlState()
  const [all, setAll] = useLocalStorage<readonly SavedView[]>({
    key: 'jetsam-tag-views',
    defaultValue: [],
    getInitialValueInEffect: false,
    deserialize: readSavedViews,
  })
  const [isOpen, setOpen] = useState(false)
  const dropdown = useRef<HTMLDivElement>(null)
  const [renamed, setRenamed] = useState<SavedView | null>(null)
  const offered = viewsFor(all, repository)
  const parameters = parametersOf(address)
  const current = offered.find((view) => isShown(view, address))
  const without = (view: SavedView) => all.filter((each) => each !== view)
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          aria-label={current ? `Views, ${current.name} is shown` : 'Views'}
          onClick={() => {
            setRenamed(null)
            setOpen(!isOpen)
          }}
        >
          {current?.name ?? 'Views'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown ref={dropdown} aria-label="Views" className={classes.root} tabIndex={-1}>
        {offered.length === 0 ? (
          <Text size="sm" c="dimmed">
            Save filters and order under a name, to come back to them. Views stay in this browser.
          </Text>
        ) : (
          <ul className={classes.list}>
            {offered.map((view) => (
              <li key={view.name} className={classes.view}>
                {view === renamed ? (
                  <NameForm
                    label={`New name of ${view.name}`}
                    submit="Rename"
                    initial={view.name}
                    problemOf={(name) => nameProblem(name, all, view)}
                    onName={(name) => {
                      setAll([...without(view), { ...view, name }])
                      setRenamed(null)
                      dropdown.current?.focus()
                    }}
                  />
                ) : (
                  <>
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      aria-current={view === current}
                      disabled={!hasVerdicts && view.parameters.verdict !== undefined}
                      className={classes.name}
                      onClick={() => {
                        onView(addressOf(view), { isStep: true })
                        setOpen(false)
                      }}
                    >
                      {view.name}
                    </Button>
                    {!hasVerdicts && view.parameters.verdict !== undefined && (
                      <Text span size="xs" c="dimmed">
                        by cleaning, for tags only
                      </Text>
                    )}
                    {view.repository === null && (
                      <Text span size="xs" c="dimmed">
                        all repositories
                      </Text>
                    )}
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={`Rename ${view.name}`}
                      onClick={() => setRenamed(view)}
                    >
                      <IconPencil size={16} aria-hidden />
                    </ActionIcon>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={`Delete view ${view.name}`}
                      onClick={() => {
                        setAll(without(view))
                        // The button that had the focus is gone.
                        dropdown.current?.focus()
                      }}
                    >
                      <IconTrash size={16} aria-hidden />
                    </ActionIcon>
                  </>
                )}
              </li>
            ))}
          </ul>
        )}
        {renamed === null && Object.keys(parameters).length > 0 && !current && (
          <NameForm
            label="Save this view as"
            submit="Save"
            initial=""
            hasScope
            problemOf={(name) => nameProblem(name, all, null)}
            onName={(name, isOfAll) => {
              setAll([...all, { name, repository: isOfAll ? null : repository, parameters }])
              setOpen(false)
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

interface NameFormProps {
  readonly label: string
  readonly submit: string
  readonly initial: string
  readonly hasScope?: boolean
  readonly problemOf: (name: string) => string | null
  readonly onName: (name: string, isOfAll: boolean) => void
}

function NameForm({ label, submit, initial, hasScope = false, problemOf, onName }: NameFormProps) {
  const [name, setName] = useState(initial)
  const [scope, setScope] = useState('one')
  const [problem, setProblem] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  // Who asked for it goes on by typing.
  useEffect(() => {
    if (initial === '') return
    field.current?.focus()
    field.current?.select()
  }, [initial])
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const found = problemOf(name)
    setProblem(found)
    if (found === null) onName(name.trim(), scope === 'all')
  }
  return (
    <form onSubmit={onSubmit} className={classes.form}>
      <TextInput
        ref={field}
        size="xs"
        label={label}
        value={name}
        error={problem}
        onChange={({ currentTarget }) => {
          setName(currentTarget.value)
          setProblem(null)
        }}
      />
      {hasScope && (
        <SegmentedControl
          size="xs"
          aria-label="Offered in"
          value={scope}
          onChange={setScope}
          data={scopes}
        />
      )}
      <Button type="submit" size="xs">
        {submit}
      </Button>
    </form>
  )
}
