import { setup } from '#contract/setup.ts'
import type { TagDetails } from '#contract/tags.ts'
import { apiPaths } from '#contract/paths.ts'
import { useQuery } from '@tanstack/react-query'
import { request } from '../../../http/request.ts'
import { queryKeys } from '../../../query-keys.ts'
import { CommandBlock } from '../../../ui/command-block.tsx'

interface PullCommandProps {
  readonly repository: string
  readonly details: Pick<TagDetails, 'name' | 'digest'>
}

/** How to get just this image, by its tag or, unmistakably, by its digest. */
export function PullCommand({ repository, details }: PullCommandProps) {
  const { data } = useQuery({
    queryKey: queryKeys.setup,
    queryFn: ({ signal }) => request({ schema: setup, path: apiPaths.setup, signal }),
  })
  const image = `${data?.registryHost ?? window.location.host}/${repository}`
  return <CommandBlock what="pull command" commands={[`docker pull ${image}:${details.name}`]} />
}
