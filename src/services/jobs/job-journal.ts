import type { Clock } from '#domain/time/clock.ts'
import type { Jobs, LogLevel, StoredJob, StoredLogLine } from '#state/jobs.ts'

/** Stores the state and log of a job while it runs. */
export interface JobJournal {
  log(level: LogLevel, message: string): void
  /** Saves the job's present state, unless that was done a moment ago. */
  saveSoon(job: StoredJob): void
  /** Resolves when everything logged is stored. Never rejects. */
  flush(): Promise<void>
}

export interface JobJournalOptions {
  readonly jobs: Pick<Jobs, 'appendLog'>
  readonly save: (job: StoredJob) => Promise<void>
  readonly clock: Clock
  readonly jobID: string
  /** Called once if the state cannot be written. */
  readonly report: (what: string, error: unknown) => void
}

/** Progress is in memory; it is stored for a reader after a crash. */
const saveEveryMs = 2000

/**
 * Writes in the background, one write at a time; lines logged during one go into the next. A
 * journal that cannot be written does not stop a collection: a full disk is when a collection is
 * needed most.
 */
export function createJobJournal(options: JobJournalOptions): JobJournal {
  const { jobs, save, clock, jobID } = options
  let lines: Omit<StoredLogLine, 'lineNum'>[] = []
  let unsaved: StoredJob | null = null
  let savedAtMs = clock.nowMs()
  let writing: Promise<void> | null = null
  let hasFailed = false

  async function writeAll(): Promise<void> {
    while (lines.length > 0 || unsaved !== null) {
      const [batch, job] = [lines, unsaved]
      lines = []
      unsaved = null
      try {
        if (batch.length > 0) await jobs.appendLog(jobID, batch)
        if (job !== null) await save(job)
      } catch (error) {
        if (!hasFailed) options.report(`the log of job ${jobID} cannot be written`, error)
        hasFailed = true
      }
    }
  }

  function write(): Promise<void> {
    writing ??= writeAll().then(() => {
      writing = null
      // Lines that were logged since the last check.
      return lines.length > 0 || unsaved !== null ? write() : undefined
    })
    return writing
  }

  return {
    log(level, message) {
      lines.push({ timeMs: clock.nowMs(), level, data: message })
      void write()
    },

    saveSoon(job) {
      const nowMs = clock.nowMs()
      // Also when the clock was set back.
      if (Math.abs(nowMs - savedAtMs) < saveEveryMs) return
      savedAtMs = nowMs
      unsaved = job
      void write()
    },

    flush: () => write(),
  }
}
