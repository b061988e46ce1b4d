import type { WirePolicyVersion } from '#contract/rules/retention.ts'
import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { SideDrawer } from '#web/components/layout/side-drawer.tsx'
import { FoldedRows } from '#web/components/table/folded-rows.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { versionsQuery } from '../queries.ts'
import { scopeName } from '../scope.ts'
import { PolicyChanges } from './policy-changes.tsx'

interface ChosenVersion {
  readonly version: number
  readonly text: string
}

interface VersionsDrawerProps {
  readonly scope: string
  readonly isOpen: boolean
  readonly onClose: () => void
  /** Puts a version into the editor; null: the person may not change the policy. */
  readonly onUse: ((chosen: ChosenVersion) => void) | null
}

/** What was ever saved as the policy of a scope: by whom, when, and what it changed. */
export const VersionsDrawer = ({ scope, isOpen, onClose, onUse }: VersionsDrawerProps) => (
  <SideDrawer
    subject={isOpen ? scope : null}
    title={() => `Versions of the policy of ${scopeName(scope)}`}
    closeLabel="Close the versions"
    size="44rem"
    onClose={onClose}
  >
    {() => <Versions scope={scope} onUse={onUse} />}
  </SideDrawer>
)

function Versions({ scope, onUse }: Pick<VersionsDrawerProps, 'scope' | 'onUse'>) {
  const { data: versions, error, isFetching, refetch } = useQuery(versionsQuery(scope))
  if (versions === undefined) {
    return error ? (
      <ErrorState
        title="Couldn’t load the versions"
        error={error}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    ) : (
      <ListSkeleton rows={6} />
    )
  }
  return (
    <Stack gap="lg">
      <Text size="sm" c="dimmed">
        {onUse
          ? 'An earlier version goes into the editor; it is in force once you save it.'
          : 'Those who administer it can go back to an earlier version.'}
      </Text>
      <FoldedRows rows={versions} one="version" many="versions">
        {(shown) =>
          shown.map((version, at) => (
            <Version
              key={version.version}
              version={version}
              isInForce={at === 0 && version.text !== null}
              before={versions.slice(at + 1).find(({ text }) => text !== null) ?? null}
              onUse={version.text === versions[0]?.text ? null : onUse}
            />
          ))
        }
      </FoldedRows>
    </Stack>
  )
}

interface VersionProps {
  readonly version: WirePolicyVersion
  readonly isInForce: boolean
  /** The one before it, but for removals; null: it is the first. */
  readonly before: WirePolicyVersion | null
  readonly onUse: ((chosen: ChosenVersion) => void) | null
}

function Version({ version, isInForce, before, onUse }: VersionProps) {
  const { text, savedAt, savedBy } = version
  const name = `Version ${version.version}`
  return (
    <section aria-label={name}>
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <Title order={3} size="h5">
            {name}
          </Title>
          {isInForce && (
            <Badge variant="light" radius="sm" tt="none">
              in force
            </Badge>
          )}
        </Group>
        {text !== null && onUse && (
          <Button
            size="xs"
            variant="default"
            aria-label={`Use version ${version.version}`}
            onClick={() => onUse({ version: version.version, text })}
          >
            Use this version
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {text === null ? 'Policy removed' : 'Saved'} <RelativeTime at={savedAt} />
        {savedBy !== null && ` by ${savedBy}`}
        {text !== null && changeWords(text, before)}
      </Text>
      {text !== null && text !== before?.text && (
        <PolicyChanges
          label={`Changes of version ${version.version}`}
          before={before?.text ?? ''}
          after={text}
        />
      )}
    </section>
  )
}

const changeWords = (text: string, before: WirePolicyVersion | null): string => {
  if (before === null) return ', the first'
  const name = `version ${before.version}`
  return text === before.text ? `, the same as ${name}` : `, beside ${name}:`
}
