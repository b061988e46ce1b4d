import { jobList } from '#contract/jobs/collection-jobs.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { expect, test } from 'vitest'
import { createTestApi } from '#testing/builders/test-api.ts'

test('lists runs for the parameters of older clients', async () => {
  const api = await createTestApi()
  const list = (query: string) => api.as('admin').ask('GET', `/api/v0/jobs?${query}&count=true`)
  const actor = { name: 'admin', from: null }
  const started = await api.services.collections.startCollection({ trigger: 'api', actor })
  if (!started.ok) throw new Error(started.refusal.message)
  await api.services.jobs.shutdown()

  for (const query of ['running=any', 'action=any', 'start=-1', 'limit=5000', 'limit=0']) {
    const answer = await list(query)
    expect(checkedBody(answer, jobList).jobs, query).toHaveLength(1)
    expect(answer.headers.get('X-Resource-Count')).toBe('1')
  }
  const others = await list('action=onlinegc_joblogs')
  expect(checkedBody(others, jobList).jobs).toEqual([])
  expect(others.headers.get('X-Resource-Count')).toBe('0')
})
