import type { DeletionImpact } from '#contract/images/deletion.ts'
import { Alert, TextInput } from '@mantine/core'
import { countOf, namesOf } from '#web/components/text/count-of.ts'
import { clustersOf } from '#web/entities/running-words.ts'

interface RunningNoticeProps {
  readonly impact: DeletionImpact
  /** What has been typed to confirm it. */
  readonly typed: string
  readonly onType: (typed: string) => void
  readonly onSubmit: () => void
  readonly isDisabled: boolean
}

/** Why something of a selection stays: it runs. One alone goes once its name is typed. */
export function RunningNotice({
  impact: { references, running },
  typed,
  onType,
  onSubmit,
  isDisabled,
}: RunningNoticeProps) {
  const [first] = running
  if (first === undefined) return null
  if (references.length > 1) {
    return (
      <Alert color="red" role="alert" mb="md" title={`${countOf(running.length, 'tag')} in use`}>
        {namesOf(
          running.map(({ reference }) => reference),
          5,
        )}{' '}
        {running.length === 1 ? 'runs' : 'run'} in {clustersOf(running)}, so{' '}
        {running.length === 1 ? 'it stays' : 'they stay'}. To delete what runs, select it alone.
      </Alert>
    )
  }
  return (
    <>
      <Alert color="red" role="alert" mb="md" title="This image is in use">
        It runs in {clustersOf(running)}. A node that needs it again could not pull it.
      </Alert>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        <TextInput
          mb="md"
          label={
            <>
              To delete it all the same, type <b>{first.reference}</b>
            </>
          }
          value={typed}
          onChange={(event) => onType(event.currentTarget.value)}
          disabled={isDisabled}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
        />
      </form>
    </>
  )
}
