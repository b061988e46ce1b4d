import { isDigest, type Digest } from '../values/digest.ts'
import { parseRepositoryName, type RepositoryName } from '../values/repository-name.ts'
import { err, ok, type Refusal, type Result } from '../values/result.ts'
import { parseTagName, type TagName } from '../values/tag-name.ts'

/** An image that runs, as a line of a report names it. */
export interface RunningReference {
  /** In the report, from 1; the first that names it. */
  readonly line: number
  readonly text: string
  /** Of its manifest, or of its configuration; null: the line has none, but a tag. */
  readonly digest: Digest | null
  /** Without the host; null: a digest alone, or a name that no repository here can have. */
  readonly repository: RepositoryName | null
  readonly tag: TagName | null
}

export interface LineProblem {
  readonly line: number
  readonly message: string
}

export interface InvalidReport extends Refusal {
  readonly code: 'INVALID_REPORT'
  /** The first of them. */
  readonly problems: readonly LineProblem[]
}

export const maximumReportLines = 20_000
export const maximumReportBytes = 4 * 1024 * 1024
const maximumLineLength = 1000
const listedProblems = 20

/** Says that nothing runs. An empty report is one that failed on its way. */
export const nothingRuns = '-'

/** What Kubernetes and Docker put before an image: `docker-pullable://`. */
const scheme = /^[a-z][a-z0-9+.-]*:\/\//
/** A name with a host or without, then a tag, a digest or both. */
const reference =
  /^(?<name>[a-zA-Z0-9][a-zA-Z0-9._:[\]-]*(?:\/[a-zA-Z0-9._-]+)*?)(?::(?<tag>[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}))?(?:@(?<digest>[a-z0-9]+:[a-f0-9]+))?$/

/** As clients read them: the first part is a host if it looks like one. */
function withoutHost(name: string): RepositoryName | null {
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(slash, 0))
  const isHost = first === 'localhost' || /[.:]/.test(first)
  const parsed = parseRepositoryName(isHost ? name.slice(slash + 1) : name)
  return parsed.ok ? parsed.value : null
}

/** A sentence for a person where a line names no image. */
function parseLine(text: string, line: number): RunningReference | string {
  if (text.length > maximumLineLength) return `it has more than ${maximumLineLength} characters`
  const whole = text.replace(scheme, '')
  if (isDigest(whole)) return { line, text, digest: whole, repository: null, tag: null }
  const isCutOff = /^sha(?:256|512):/.test(whole)
  const groups = isCutOff ? undefined : reference.exec(whole)?.groups
  const { name, tag, digest } = groups ?? {}
  if (name === undefined || (digest !== undefined && !isDigest(digest))) {
    const shown = whole.length > 60 ? `${whole.slice(0, 60)}…` : whole
    return `"${shown}" is no image: a line has one digest (sha256:…), or one reference such as registry.example.com/team/app@sha256:… or …/team/app:1.0`
  }
  const parsedTag = parseTagName(tag ?? 'latest')
  return {
    line,
    text,
    digest: digest === undefined ? null : digest,
    repository: withoutHost(name),
    // What has a digest runs by it, wherever its tag points now.
    tag: digest === undefined && parsedTag.ok ? parsedTag.value : null,
  }
}

/**
 * The images that a report names, each once. Refuses a report with any line that names none: what
 * was cut off, or is the message of a command that failed, must not look like images that ended.
 */
export function parseRunningReport(
  report: string,
): Result<readonly RunningReference[], InvalidReport> {
  const references = new Map<string, RunningReference>()
  const problems: LineProblem[] = []
  const lines = report.split('\n')
  let isNothing = false
  let count = 0
  for (const [at, each] of lines.entries()) {
    const text = each.trim()
    if (text === '' || text.startsWith('#')) continue
    count += 1
    if (count > maximumReportLines) {
      problems.push({ line: at + 1, message: `a report has at most ${maximumReportLines} images` })
      break
    }
    if (text === nothingRuns) {
      isNothing = true
      continue
    }
    if (references.has(text)) continue
    const parsed = parseLine(text, at + 1)
    if (typeof parsed !== 'string') references.set(text, parsed)
    else if (problems.length < listedProblems) problems.push({ line: at + 1, message: parsed })
  }
  if (count === 0) {
    const message = `the report is empty: if nothing runs, say so by a line with "${nothingRuns}" alone`
    problems.push({ line: 1, message })
  } else if (isNothing && references.size > 0) {
    const message = `"${nothingRuns}" says that nothing runs, and other lines name images`
    problems.push({ line: 1, message })
  }
  const [first] = problems
  if (first === undefined) return ok([...references.values()])
  return err({
    code: 'INVALID_REPORT',
    message: `line ${first.line}: ${first.message}`,
    problems: problems.slice(0, listedProblems),
  })
}
