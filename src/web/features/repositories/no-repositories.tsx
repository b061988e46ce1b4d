import { Alert, Button } from '@mantine/core'
import { IconPackages } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { messageOf } from '#web/api/api-error.ts'
import { useSession } from '#web/api/session-context.ts'
import { setupQuery } from '#web/api/setup-query.ts'
import { CommandBlock } from '#web/components/form/command-block.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { showToast } from '#web/components/feedback/toast.tsx'
import { loadSamplesMutation } from './mutations.ts'
import classes from './no-repositories.module.css'

/**
 * Commands that push any image as the first repository.
 *
 * @param registryHost as clients write it: `registry.example:4400`
 */
const pushCommands = (registryHost: string, account: string): readonly string[] => [
  `docker login ${registryHost} --username ${account}`,
  'docker pull alpine:3',
  `docker tag alpine:3 ${registryHost}/team/app:1.0`,
  `docker push ${registryHost}/team/app:1.0`,
]

/** How to push the first image to this server, as commands for a terminal. */
export function NoRepositories() {
  const { name, isAdmin } = useSession()
  const { data: setup } = useQuery(setupQuery)
  const loadSamples = useMutation(loadSamplesMutation(useQueryClient()))
  const load = () =>
    // Not a callback of `mutate`: the list takes the place of this text before it would be called.
    loadSamples.mutateAsync().then(
      ({ repositories }) =>
        showToast(
          `Loaded ${countOf(repositories.length, 'sample repository', 'sample repositories')}`,
        ),
      () => undefined,
    )
  return (
    <EmptyState
      title="No repositories yet"
      icon={<IconPackages size={28} stroke={1.5} />}
      actions={
        isAdmin && setup?.isEmpty ? (
          <Button variant="default" onClick={load} loading={loadSamples.isPending}>
            Load sample images
          </Button>
        ) : null
      }
    >
      {setup && !setup.isEmpty
        ? 'There are images here, but none that you may see. Ask an administrator for access.'
        : 'A repository appears with the first image that is pushed to it. From a machine with Docker:'}
      {setup?.isEmpty && (
        <div className={classes.commands}>
          <CommandBlock what="push commands" commands={pushCommands(setup.registryHost, name)} />
        </div>
      )}
      {loadSamples.error && (
        <Alert color="red" role="alert" mt="md">
          {messageOf(loadSamples.error)}
        </Alert>
      )}
    </EmptyState>
  )
}
