import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { formatCount } from '#web/components/text/count-of.ts'
import { useSession } from '#web/api/session-context.ts'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { useVerificationEnd } from './use-verification-end.ts'
import { verificationQuery } from './verification-calls.ts'

/** Leads from the state of the registry to its verification, and follows one under way. */
export function VerifyLine() {
  const { isAdmin } = useSession()
  const [, updateUrl] = useUrlState()
  const { data: last } = useQuery({ ...verificationQuery, enabled: isAdmin })
  useVerificationEnd(last)
  const isUnderWay = last?.finishedAt === null
  const progress = last?.progress
  return (
    <div>
      {isUnderWay &&
        (progress
          ? `Verifying: ${formatCount(progress.done)} of ${formatCount(progress.total)} · `
          : 'Verifying · ')}
      <Anchor
        component="button"
        type="button"
        inherit
        underline="always"
        display="inline-block"
        py={4}
        onClick={() => updateUrl({ open: 'verification' })}
      >
        Verify…
      </Anchor>
    </div>
  )
}
