import type { TagDetails } from '#contract/images/tags.ts'
import { isDigest } from '#domain/values/digest.ts'
import { useQuery } from '@tanstack/react-query'
import { setupQuery } from '#web/api/setup-query.ts'
import { CommandBlock } from '#web/components/form/command-block.tsx'

interface PullCommandProps {
  readonly repository: string
  readonly details: Pick<TagDetails, 'name' | 'digest'>
}

/** The command that pulls this image. */
export function PullCommand({ repository, details }: PullCommandProps) {
  const { data } = useQuery(setupQuery)
  const image = `${data?.registryHost ?? window.location.host}/${repository}`
  const reference = isDigest(details.name) ? `@${details.name}` : `:${details.name}`
  return <CommandBlock what="pull command" commands={[`docker pull ${image}${reference}`]} />
}
