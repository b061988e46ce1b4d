import { complete, isFields, numberOr, textOr } from '../values/json-fields.ts'

/** How far a job is: the same shape for every kind. Times in milliseconds. */
export interface JobProgress<Phase extends string = string> {
  readonly phase: Phase
  readonly done: number
  /** 0 while the phase cannot know the total yet. */
  readonly total: number
  /** Bytes that the job has freed so far. */
  readonly bytesFreed: number
  readonly bytesPerSecond: number
  readonly remainingMs: number | null
  readonly repository: string | null
}

/** Null if it is none. The phase is any text that was stored: the kind of job knows its own. */
export function readJobProgress(stored: unknown): JobProgress | null {
  if (!isFields(stored)) return null
  return {
    ...complete({ done: 0, total: 0, bytesFreed: 0, bytesPerSecond: 0, phase: '' }, stored),
    remainingMs: numberOr(stored.remainingMs, null),
    repository: textOr(stored.repository, null),
  }
}
