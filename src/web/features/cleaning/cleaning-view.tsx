import type { WireRetentionPreview } from '#contract/rules/retention.ts'
import { Alert, Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { useSession } from '#web/api/session-context.ts'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import classes from './cleaning-page.module.css'
import { makePreview } from './mutations.ts'
import { PolicyPanel } from './policy/policy-panel.tsx'
import { PreviewPanel } from './preview/preview-panel.tsx'
import { runningQuery } from './queries.ts'
import { RunPanel } from './run/run-panel.tsx'
import { StartDialog } from './run/start-dialog.tsx'
import { WaitingAlert } from './run/waiting-alert.tsx'
import './styles.ts'

interface CleaningViewProps {
  readonly scope: string
  readonly canEdit: boolean
  readonly isOneRepository?: boolean
  /** Of the page; absent: the view is part of one, and has only the buttons. */
  readonly heading?: { readonly title: string; readonly description: ReactNode }
  /** Below the policy and the preview. */
  readonly children?: ReactNode
}

/** What a scope's rules are, what they would do, and the run that does it. */
export function CleaningView({
  scope,
  canEdit,
  isOneRepository = false,
  heading,
  children,
}: CleaningViewProps) {
  const { isAdmin } = useSession()
  const [parameters, updateUrl] = useUrlState()
  const previewId = parameters.get('preview')
  const isEditing = parameters.get('edit') === 'policy'
  const preview = useMutation(makePreview(useQueryClient()))
  const { data: running } = useQuery(runningQuery)
  const [question, setQuestion] = useState<WireRetentionPreview | 'now' | null>(null)
  const [seen, setSeen] = useState<string | null>(null)
  /** What the last preview of a draft was made of: the server does not tell. */
  const [drafted, setDrafted] = useState<{ readonly id: string; readonly text: string } | null>(
    null,
  )
  const show = (policy: string | null = null, at: string | null = null) =>
    preview.mutate(
      { scope, ...(policy === null ? {} : { policy }), ...(at === null ? {} : { at }) },
      {
        onSuccess: ({ previewID }) => {
          setDrafted(policy === null ? null : { id: previewID, text: policy })
          updateUrl({ preview: previewID })
        },
      },
    )
  const edit = (isWanted: boolean) => updateUrl({ edit: isWanted ? 'policy' : null, open: null })
  const actions = (
    <>
      <Button variant="default" loading={preview.isPending && !isEditing} onClick={() => show()}>
        Preview
      </Button>
      {isAdmin && !running && !isEditing && (
        <Button onClick={() => setQuestion('now')}>Run now</Button>
      )}
    </>
  )
  return (
    <>
      {heading ? (
        <PageTitle {...heading} actions={actions} />
      ) : (
        <div className={classes.toolbar}>{actions}</div>
      )}
      <div className={classes.parts}>
        <RunPanel seen={seen} onSeen={setSeen} />
        {isAdmin && !running && (
          <WaitingAlert onLook={(id) => (id ? updateUrl({ preview: id }) : show())} />
        )}
        <PolicyPanel
          key={scope}
          scope={scope}
          canEdit={canEdit}
          isEditing={isEditing}
          onEdit={edit}
          areVersionsOpen={parameters.get('open') === 'versions'}
          onVersions={(areOpen) => updateUrl({ open: areOpen ? 'versions' : null })}
          isPreviewing={preview.isPending}
          onPreview={show}
        />
        {preview.error && (
          <Alert color="red" role="alert" title="Couldn’t make the preview">
            {messageOf(preview.error)}
          </Alert>
        )}
        {previewId !== null && (
          <PreviewPanel
            key={previewId}
            previewId={previewId}
            isOneRepository={isOneRepository}
            onRun={isAdmin && !running && !isEditing ? setQuestion : null}
            draft={drafted?.id === previewId ? drafted.text : null}
            isPending={preview.isPending}
            onAgain={() => show()}
            onMoment={show}
            onClose={() => updateUrl({ preview: null })}
          />
        )}
        {children}
      </div>
      {question !== null && (
        <StartDialog
          scope={scope}
          preview={question === 'now' ? null : question}
          onClose={() => setQuestion(null)}
          onStarted={({ id }) => {
            setSeen(id)
            updateUrl({ preview: null })
          }}
        />
      )}
    </>
  )
}
