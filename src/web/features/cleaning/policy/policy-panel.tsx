import type { WireRetentionPolicy } from '#contract/rules/retention.ts'
import { Alert, Anchor, Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { asSentence } from '#web/api/api-error.ts'
import { paths } from '#web/api/page-paths.ts'
import { useSession } from '#web/api/session-context.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { Panel } from '#web/components/layout/panel.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { policiesQuery, versionsQuery } from '../queries.ts'
import { policyInForce, registryScope, scopeName, scopesAround } from '../scope.ts'
import { useMayChange } from '../use-may-change.ts'
import { NoPolicy } from './no-policy.tsx'
import { RemovePolicyDialog } from './remove-policy-dialog.tsx'
import { RuleSentences } from './rule-sentences.tsx'
import { VersionsDrawer } from './versions-drawer.tsx'

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
  readonly areVersionsOpen: boolean
  readonly onVersions: (areOpen: boolean) => void
  readonly isPreviewing: boolean
  readonly onPreview: (text: string) => void
}

/** The policy in force as sentences, or its editor. */
export function PolicyPanel(props: PolicyPanelProps) {
  const { isAdmin } = useSession()
  const { scope, canEdit, isEditing, onEdit, areVersionsOpen, onVersions } = props
  const { data: policies, error, isFetching, refetch } = useQuery(policiesQuery)
  /** What the editor starts with; null: what is saved. */
  const [start, setStart] = useState<Start | null>(null)
  // A policy that was removed has versions all the same.
  const hasNone = policies?.every((policy) => policy.scope !== scope) ?? false
  const { data: earlier } = useQuery({ ...versionsQuery(scope), enabled: hasNone })
  const title = `Policy of ${scopeName(scope)}`
  if (policies === undefined) {
    return (
      <Panel title={title}>
        {error ? (
          <ErrorState
            title="Couldn’t load the policies"
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
  const edit = (from: Start | null) => {
    setStart(from)
    onEdit(true)
  }
  const hasVersions = own !== null || (earlier !== undefined && earlier.length > 0)
  const versions = (
    <VersionsDrawer
      scope={scope}
      isOpen={areVersionsOpen}
      onClose={() => onVersions(false)}
      onUse={canEdit ? edit : null}
    />
  )
  const versionsButton = hasVersions && (
    <Button variant="subtle" color="gray" onClick={() => onVersions(true)}>
      Versions
    </Button>
  )
  if (isEditing && canEdit) {
    return (
      <Panel title={title}>
        <PolicyEditor
          scope={scope}
          saved={own}
          start={start?.text ?? (own === null ? (inherited?.text ?? emptyPolicy) : null)}
          startVersion={start?.version ?? null}
          isPreviewing={props.isPreviewing}
          onPreview={props.onPreview}
          onClose={() => onEdit(false)}
        />
      </Panel>
    )
  }
  if (own === null && inherited === null) {
    return (
      <Panel title={title} actions={versionsButton}>
        <NoPolicy
          scope={scope}
          canEdit={canEdit}
          onStart={(template) => edit({ text: template ?? emptyPolicy, version: null })}
        />
        <WiderScopes scope={scope} policies={policies} />
        {versions}
      </Panel>
    )
  }
  return (
    <Panel
      title={title}
      actions={
        <>
          {versionsButton}
          {canEdit && own !== null && <RemoveButton policy={own} />}
          {canEdit && (
            <Button variant="default" onClick={() => edit(null)}>
              {own === null ? 'Give it its own policy' : 'Edit policy'}
            </Button>
          )}
        </>
      }
    >
      {own ? <PolicyInForce policy={own} /> : inherited && <Inherited policy={inherited} />}
      {canEdit && !isAdmin && own !== null && (
        <Text size="sm" c="dimmed">
          Administrators run it, or the schedule does. A changed policy may wait for their approval
          first.
        </Text>
      )}
      <WiderScopes scope={scope} policies={policies} />
      {versions}
    </Panel>
  )
}

/** The namespaces around a repository that have no policy, and whose policies the person may write. */
function WiderScopes({
  scope,
  policies,
}: {
  scope: string
  policies: readonly WireRetentionPolicy[]
}) {
  const { isAdmin } = useSession()
  const { mayChange } = useMayChange()
  const wider = isAdmin
    ? []
    : scopesAround(scope).filter(
        (one) => mayChange(one) && !policies.some((policy) => policy.scope === one),
      )
  return wider.map((one) => (
    <Text key={one} size="sm" mt="sm">
      You administer {one}.{' '}
      <Anchor component={Link} to={paths.cleaning(one)} inherit underline="always">
        Write a policy for all of it
      </Anchor>
    </Text>
  ))
}

/** What the editor starts with. */
interface Start {
  readonly text: string
  /** An earlier version; null: a template. */
  readonly version: number | null
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
