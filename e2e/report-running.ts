import type { Page } from '@playwright/test'
import { sameOriginHeader } from '#contract/accounts/session.ts'

/** Reports what a cluster runs, one image a line, as the administrator who is signed in. */
export const reportRunning = (page: Page, cluster: string, text: string): Promise<number> =>
  page.evaluate(
    async ([path, body, name, value]) => {
      const headers = { 'Content-Type': 'text/plain', [name]: value }
      return (await fetch(path, { method: 'PUT', headers, body })).status
    },
    [`/api/v0/running/${cluster}`, text, sameOriginHeader.name, sameOriginHeader.value] as const,
  )
