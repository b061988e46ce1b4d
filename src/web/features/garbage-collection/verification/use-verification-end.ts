import type { RequestedVerification } from '#contract/jobs/verification.ts'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { queryKeys } from '#web/api/query-keys.ts'

/** Asks again for what a verification tells about images, as soon as one is seen to end. */
export function useVerificationEnd(last: RequestedVerification | null | undefined): void {
  const client = useQueryClient()
  const wasUnderWay = useRef(false)
  const isUnderWay = last?.finishedAt === null
  useEffect(() => {
    if (wasUnderWay.current && !isUnderWay) {
      void client.invalidateQueries({ queryKey: queryKeys.garbageCollection })
      void client.invalidateQueries({ queryKey: queryKeys.tags })
    }
    wasUnderWay.current = isUnderWay
  }, [client, isUnderWay])
}
