import { useNavigate } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import type { Repository } from '#contract/images/repositories.ts'
import type { AccessLevel } from '#domain/access/access-level.ts'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { PageTitle } from '#web/components/layout/page-title.tsx'

const accessSentence: Readonly<Record<AccessLevel, string>> = {
  'read-only': 'you can read',
  'read-write': 'you can read and write',
  admin: 'you can administer it',
}

const DeleteButton = lazyComponent(
  async () =>
    (await import('#web/entities/repository-deletion/delete-repository-button.tsx'))
      .DeleteRepositoryButton,
  undefined,
  { isPatient: true },
)

interface RepositoryHeadingProps {
  readonly name: string
  readonly repository: Repository | undefined
}

export function RepositoryHeading({ name, repository }: RepositoryHeadingProps) {
  const navigate = useNavigate()
  return (
    <PageTitle
      title={name}
      actions={
        repository?.accessLevel === 'admin' && (
          <DeleteButton name={name} onDeleted={() => void navigate(paths.repositories)} />
        )
      }
      description={
        repository ? (
          <>
            {countOf(repository.tagCount, 'tag')} · <ByteSize bytes={repository.size} /> stored
            {repository.reclaimable !== null && repository.reclaimable > 0 && (
              <>
                {' · '}
                <ByteSize bytes={repository.reclaimable} /> reclaimable
              </>
            )}
            {' · '}
            {accessSentence[repository.accessLevel]}
          </>
        ) : (
          // Reserves the line, so that nothing moves when the text arrives.
          <>&nbsp;</>
        )
      }
    />
  )
}
