import type { Job } from '#contract/jobs/collection-jobs.ts'

export const pollRunningMs = 1000

export const isOver = ({ status }: Pick<Job, 'status'>): boolean => status !== 'running'
