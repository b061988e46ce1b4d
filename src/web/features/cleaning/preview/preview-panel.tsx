import type { WireRetentionPreview } from '#contract/rules/retention.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { Alert, Button, List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { asSentence, isApiError } from '#web/api/api-error.ts'
import { useSession } from '#web/api/session-context.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { Panel } from '#web/components/layout/panel.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import pairs from '../cleaning-page.module.css'
import { previewQuery } from '../queries.ts'
import { MomentChoice } from './moment-choice.tsx'
import { supposition } from './moment.ts'
import { differenceWords, goingWords, isOfDraft, stayingWords } from './preview-words.ts'
import { PreviewStrip } from './preview-strip.tsx'
import { RepositorySums, RuleSums } from './sums-tables.tsx'
import { VerdictTable } from './verdict-table.tsx'

interface PreviewPanelProps {
  readonly previewId: string
  /** Null: the person may not start a run, or one is under way. */
  readonly onRun: ((preview: WireRetentionPreview) => void) | null
  readonly onAgain: () => void
  /** The text that it is of, if it is of a draft and this page has made it. */
  readonly draft: string | null
  /** Makes it again for another moment; null: for now. */
  readonly onMoment: (draft: string | null, at: string | null) => void
  /** Another preview is being made. */
  readonly isPending: boolean
  readonly onClose: () => void
  readonly isOneRepository: boolean
}

/** What rules would do now: the sums, what changes, and the verdict of each tag. */
export function PreviewPanel({ previewId, ...props }: PreviewPanelProps) {
  const { data: preview, error, isFetching, refetch } = useQuery(previewQuery(previewId))
  if (preview) return <LoadedPreview preview={preview} {...props} />
  return (
    <Panel title="Preview" takesFocus>
      {isApiError(error, 'NO_SUCH_PREVIEW') ? (
        <EmptyState
          title="This preview is no longer kept"
          actions={
            <>
              <Button variant="default" onClick={props.onClose}>
                Close
              </Button>
              <Button onClick={props.onAgain}>Preview again</Button>
            </>
          }
        >
          The server keeps the last few, until it restarts.
        </EmptyState>
      ) : error ? (
        <ErrorState
          title="Couldn’t load the preview"
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      ) : (
        <ListSkeleton rows={4} />
      )}
    </Panel>
  )
}

interface LoadedPreviewProps extends Omit<PreviewPanelProps, 'previewId'> {
  readonly preview: WireRetentionPreview
}

function LoadedPreview({
  preview,
  onRun,
  onClose,
  draft,
  onMoment,
  isPending,
  isOneRepository,
}: LoadedPreviewProps) {
  const { totals, inForce, byRule, byRepository, leftOut, madeAt } = preview
  const { isAdmin } = useSession()
  const supposed = supposition(preview)
  const isDraft = isOfDraft(preview)
  const isEmpty = totals.removed === 0
  const stays = stayingWords(totals)
  return (
    <Panel
      title={isDraft ? 'Preview of your draft' : 'Preview'}
      takesFocus
      actions={
        <>
          <Button variant="default" onClick={onClose}>
            Close preview
          </Button>
          {!isDraft && !isEmpty && supposed === null && onRun && (
            <Button onClick={() => onRun(preview)}>Run exactly this</Button>
          )}
        </>
      }
    >
      <Stack gap="md">
        <div>
          <Text>
            {isEmpty ? (
              <>
                <strong>Nothing would go</strong>: {stays ?? whyNothing(leftOut.length)}.
              </>
            ) : (
              <>
                <strong>{goingWords(totals)}</strong>, to the trash. The next collection after that
                could free <strong>{formatByteSize(totals.bytesFreed)}</strong>.{' '}
                {capitalized(stays ?? 'nothing stays')}.
              </>
            )}{' '}
            <Text span c="dimmed">
              Made <RelativeTime at={madeAt} />; nothing is removed yet.
            </Text>
          </Text>
          {supposed !== null && (
            <Text size="sm" mt={4}>
              {supposed}
              {!isDraft && !isEmpty && onRun && ' Only a preview of now can be run.'}
            </Text>
          )}
          {inForce && (
            <Text size="sm" mt={4}>
              {differenceWords(totals, inForce)} {afterDraft(isAdmin)}
            </Text>
          )}
        </div>
        {(!isDraft || draft !== null) && (
          <MomentChoice
            preview={preview}
            isPending={isPending}
            onMoment={(at) => onMoment(draft, at)}
          />
        )}
        <LeftOut repositories={leftOut} />
        {!isEmpty && (
          <>
            {supposed === null && <PreviewStrip bytesFreed={totals.bytesFreed} />}
            <div className={pairs.pair}>
              <RuleSums
                counted="Would go"
                rules={byRule.map(({ scope, rule, removed, bytesFreed }) => ({
                  scope,
                  words: rule.words,
                  line: rule.line,
                  removed,
                  bytes: bytesFreed,
                }))}
              />
              {!isOneRepository && (
                <RepositorySums
                  counted="Would go"
                  repositories={byRepository.map(({ repository, removed, bytesFreed }) => ({
                    repository,
                    removed,
                    bytes: bytesFreed,
                  }))}
                />
              )}
            </div>
          </>
        )}
        <VerdictTable key={preview.previewID} preview={preview} isOneRepository={isOneRepository} />
      </Stack>
    </Panel>
  )
}

const afterDraft = (isAdmin: boolean): string =>
  isAdmin
    ? 'A draft is saved first, and then run.'
    : 'A draft is saved first; then an administrator runs it, or the schedule does.'

const whyNothing = (leftOut: number): string =>
  leftOut > 0 ? 'no repository could be judged' : 'there are no tags'

const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

interface LeftOutProps {
  readonly repositories: WireRetentionPreview['leftOut']
}

/** What cannot be read whole is not judged. */
export function LeftOut({ repositories }: LeftOutProps) {
  if (repositories.length === 0) return null
  return (
    <Alert color="ember" title="Left out, and kept whole">
      <List size="sm">
        {repositories.map(({ repository, reason }) => (
          <List.Item key={repository}>
            <b>{repository}</b>: {asSentence(reason)}
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}
