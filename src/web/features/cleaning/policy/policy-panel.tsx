import type { WireRetentionPolicy } from '#contract/rules/retention.ts'
import { Alert, Anchor, Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { asSentence } from '#web/api/api-error.ts'
import { paths } from '#web/api/page-paths.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { Panel } from '#web/components/layout/panel.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { policiesQuery } from '../queries.ts'
import { policyInForce, registryScope, scopeName } from '../scope.ts'
import { NoPolicy } from './no-policy.tsx'
import { RemovePolicyDialog } from './remove-policy-dialog.tsx'
import { RuleSentences } from './rule-sentences.tsx'

// The reader of YAML is most of it.
const PolicyEditor = lazyComponent(
  async () => (await import('./policy-editor.tsx')).PolicyEditor,
  () => <ListSkeleton rows={6} />,
)

interface PolicyPanelProps {
  readonly scope: string
  readonly canEdit: boolean
  readonly isEditing: boolean
  readonly onEdit: (isEditing: boolean) => void
  readonly isPreviewing: boolean
  readonly onPreview: (text: string) => void
}

/** The policy in force as sentences, or its editor. */
export function PolicyPanel(props: PolicyPanelProps) {
  const { scope, canEdit, isEditing, onEdit } = props
  const { data: policies, error, isFetching, refetch } = useQuery(policiesQuery)
  /** What the editor starts with; null: what is saved. */
  const [start, setStart] = useState<string | null>(null)
  const title = `Policy of ${scopeName(scope)}`
  if (policies === undefined) {
    return (
      <Panel title={title}>
        {error ? (
          <ErrorState
            title="The policies could not be loaded"
            error={error}
            onRetry={() => void refetch()}
            isRetrying={isFetching}
          />
        ) : (
          <ListSkeleton rows={3} />
        )}
      </Panel>
    )
  }
  const own = policies.find((policy) => policy.scope === scope) ?? null
  const inherited = own === null ? policyInForce(policies, scope) : null
  const edit = (text: string | null) => {
    setStart(text)
    onEdit(true)
  }
  if (isEditing && canEdit) {
    return (
      <Panel title={title}>
        <PolicyEditor
          scope={scope}
          saved={own}
          start={start ?? (own === null ? (inherited?.text ?? emptyPolicy) : null)}
          isPreviewing={props.isPreviewing}
          onPreview={props.onPreview}
          onClose={() => onEdit(false)}
        />
      </Panel>
    )
  }
  if (own === null && inherited === null) {
    return (
      <Panel title={title}>
        <NoPolicy
          scope={scope}
          canEdit={canEdit}
          onStart={(template) => edit(template ?? emptyPolicy)}
        />
      </Panel>
    )
  }
  return (
    <Panel
      title={title}
      actions={
        canEdit && (
          <>
            {own !== null && <RemoveButton policy={own} />}
            <Button variant="default" onClick={() => edit(null)}>
              {own === null ? 'Give it its own policy' : 'Edit policy'}
            </Button>
          </>
        )
      }
    >
      {own ? <PolicyInForce policy={own} /> : inherited && <Inherited policy={inherited} />}
    </Panel>
  )
}

const emptyPolicy = 'rules: []\n'

function PolicyInForce({ policy }: { readonly policy: WireRetentionPolicy }) {
  if (policy.problem !== null) {
    return (
      <Alert color="red" role="alert" title="This policy can’t be read by this version">
        {asSentence(policy.problem)} Until it is saved again, nothing in its scope is cleaned, and
        every tag is protected.
      </Alert>
    )
  }
  return (
    <>
      <RuleSentences rules={policy.rules} />
      <Text size="sm" c="dimmed" mt="sm">
        Version {policy.version}, saved <RelativeTime at={policy.savedAt} />
        {policy.savedBy !== null && ` by ${policy.savedBy}`}.
      </Text>
    </>
  )
}

/** No policy of its own: that of a wider scope decides. */
const Inherited = ({ policy }: { readonly policy: WireRetentionPolicy }) => (
  <>
    <Text mb="sm">
      It has no policy of its own.{' '}
      <Anchor
        component={Link}
        to={paths.cleaning(policy.scope === registryScope ? undefined : policy.scope)}
        inherit
        underline="always"
      >
        The policy of {scopeName(policy.scope)}
      </Anchor>{' '}
      decides:
    </Text>
    <PolicyInForce policy={policy} />
  </>
)

function RemoveButton({ policy }: { readonly policy: WireRetentionPolicy }) {
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Button variant="subtle" color="gray" onClick={() => setAsking(true)}>
        Remove policy
      </Button>
      {isAsking && <RemovePolicyDialog policy={policy} onClose={() => setAsking(false)} />}
    </>
  )
}
