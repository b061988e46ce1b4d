import { asksForReports } from '#domain/retention/conditions.ts'
import type { RetentionPolicy } from '#domain/retention/policy.ts'
import { parseRunningReport, type RunningReference } from '#domain/retention/running-report.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { Result } from '#domain/values/result.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { ReportedRunning } from '#registry/running/running-images.ts'
import type { RunningReportHead, RunningReports } from '#state/running-reports.ts'
import { getRetentionSettings, type RetentionSettingsDeps } from '../settings.ts'
import { createReportAges } from './report-age.ts'

/** The name of what the host reads from a file, among the clusters. */
export const fileCluster = 'file'

/** As the host found it. Rejects where it cannot be read. */
export type ReadRunningFile = () => Promise<{
  readonly text: string
  readonly modifiedAtMs: number
}>

export interface RunningDeps extends RetentionSettingsDeps {
  readonly state: RetentionSettingsDeps['state'] & {
    readonly runningReports: Pick<RunningReports, 'list' | 'find'>
  }
  readonly clock: Clock
  /** Absent: the host was given no file. */
  readonly readRunningFile?: ReadRunningFile
}

/** What is known of one cluster. */
export interface ClusterLook {
  readonly cluster: string
  readonly source: 'api' | 'file'
  /** Null: it never reported, or its file cannot be read. */
  readonly reportedAtMs: number | null
  readonly reportedBy: string | null
  /** Why nothing may be cleaned; null: its report is good. */
  readonly problem: string | null
  /** Of the last report that could be read, however old it is. */
  readonly references: readonly RunningReference[]
}

/** What runs, as was reported, and whether that can be relied on. */
export interface RunningGuard {
  look(): Promise<readonly ClusterLook[]>
  /** What was reported last, however long ago; null: nothing reports. */
  reported(): Promise<ReportedRunning | null>
  /** Why rules may remove nothing now; null: they may. */
  whyNotClean(policy: Pick<RetentionPolicy, 'rules'>): Promise<string | null>
}

type Parsed = Result<readonly RunningReference[]>

interface ReadReport {
  readonly head: RunningReportHead
  readonly parsed: Parsed
}

/** Merged from looks; made again only where one of them has changed. */
interface Merged {
  readonly of: readonly (readonly RunningReference[])[]
  readonly reported: ReportedRunning
}

export function createRunningGuard(deps: RunningDeps): RunningGuard {
  const { state, clock, readRunningFile } = deps
  const problemOfAge = createReportAges(clock)
  /** By cluster. */
  const read = new Map<string, ReadReport>()
  let file: { readonly text: string; readonly parsed: Parsed } | null = null
  let lastOfFile: readonly RunningReference[] = []
  let merged: Merged | null = null

  async function readReport(head: RunningReportHead): Promise<ReadReport | null> {
    const known = read.get(head.cluster)
    if (known?.head.id === head.id) return known
    const stored = await state.runningReports.find(head.cluster)
    if (stored === null) return null
    const { text, ...found } = stored
    const report = { head: found, parsed: parseRunningReport(text) }
    read.set(head.cluster, report)
    return report
  }

  async function lookAtFile(readFile: ReadRunningFile, maximumAgeMs: number): Promise<ClusterLook> {
    const about = { cluster: fileCluster, source: 'file', reportedBy: null } as const
    try {
      const { text, modifiedAtMs: reportedAtMs } = await readFile()
      if (file?.text !== text) file = { text, parsed: parseRunningReport(text) }
      const { parsed } = file
      if (parsed.ok) lastOfFile = parsed.value
      const problem = parsed.ok
        ? problemOfAge(
            'the file of JETSAM_RUNNING',
            { cluster: fileCluster, id: String(reportedAtMs), reportedAtMs },
            maximumAgeMs,
          )
        : `the file of JETSAM_RUNNING cannot be used: ${parsed.refusal.message}`
      return { ...about, reportedAtMs, problem, references: lastOfFile }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const problem = `the file of JETSAM_RUNNING cannot be read: ${why}`
      return { ...about, reportedAtMs: null, problem, references: lastOfFile }
    }
  }

  async function look(): Promise<readonly ClusterLook[]> {
    const { running } = await getRetentionSettings(deps)
    const maximumAgeMs = running.maximumAgeMinutes * 60_000
    const looks: ClusterLook[] = []
    if (readRunningFile !== undefined) looks.push(await lookAtFile(readRunningFile, maximumAgeMs))
    for (const head of await state.runningReports.list()) {
      const report = await readReport(head)
      // Given up in between.
      if (report === null) continue
      const { cluster, reportedAtMs, reportedBy } = report.head
      const { parsed } = report
      const problem = parsed.ok
        ? problemOfAge(cluster, report.head, maximumAgeMs)
        : `the report of ${cluster} cannot be used: ${parsed.refusal.message}`
      const references = parsed.ok ? parsed.value : []
      looks.push({ cluster, source: 'api', reportedAtMs, reportedBy, problem, references })
    }
    const reporting = new Set(looks.map(({ cluster }) => cluster))
    for (const cluster of read.keys()) if (!reporting.has(cluster)) read.delete(cluster)
    for (const { name } of running.clusters) {
      if (reporting.has(name)) continue
      const problem = `${name} has not reported yet what it runs`
      const nothing = { reportedAtMs: null, reportedBy: null, references: [] }
      looks.push({ cluster: name, source: 'api', problem, ...nothing })
    }
    return looks
  }

  function merge(looks: readonly ClusterLook[]): ReportedRunning {
    const of = looks.map(({ references }) => references)
    const isSame =
      merged?.of.length === of.length && of.every((one, position) => merged?.of[position] === one)
    if (merged === null || !isSame) merged = { of, reported: reportedIn(looks) }
    return merged.reported
  }

  return {
    look,
    async reported() {
      const looks = await look()
      return looks.length === 0 ? null : merge(looks)
    },
    async whyNotClean(policy) {
      const looks = await look()
      const problems = looks.flatMap(({ problem }) => problem ?? [])
      if (problems.length > 0) return `it is not known what runs: ${problems.join('; ')}`
      if (looks.length > 0 || !asksForReports(policy)) return null
      return 'the rules keep what runs, and nothing has reported what runs: set JETSAM_RUNNING, or report it by PUT /api/v0/running/{cluster}'
    },
  }
}

function add<Key>(to: Map<Key, string[]>, key: Key, cluster: string): void {
  const present = to.get(key)
  if (present === undefined) to.set(key, [cluster])
  else if (!present.includes(cluster)) present.push(cluster)
}

function reportedIn(looks: readonly ClusterLook[]): ReportedRunning {
  const digests = new Map<string, string[]>()
  const tags = new Map<RepositoryName, Map<TagName, string[]>>()
  for (const { cluster, source, references } of looks) {
    const name = source === 'file' ? 'the file of JETSAM_RUNNING' : cluster
    for (const { digest, repository, tag } of references) {
      if (digest !== null) add(digests, digest, name)
      else if (repository !== null && tag !== null) {
        const ofRepository = tags.get(repository) ?? new Map<TagName, string[]>()
        tags.set(repository, ofRepository)
        add(ofRepository, tag, name)
      }
    }
  }
  return { digests, tags }
}
