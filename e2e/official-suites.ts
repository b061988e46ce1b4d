import { spawn } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findGoProgram, versionOf, type GoProgramName } from './go-programs.ts'
import { adminName, adminPassword, makeFolder, startServer } from './server-process.ts'

/** Runs the conformance suites of the OCI distribution spec, each against its own server. */

interface SuiteCounts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export interface SuiteResult {
  /** By workflow, if the suite has workflows. */
  readonly counts: Readonly<Record<string, SuiteCounts>>
  /** The names of what failed, each with its count: the suite uses some names several times. */
  readonly failures: Readonly<Record<string, number>>
}

interface OfficialSuite {
  readonly program: GoProgramName
  readonly title: string
  run(host: string, folder: string): Promise<SuiteResult>
}

/** A suite's exit code says only that something failed; its report has the details. */
async function runProgram(
  name: GoProgramName,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  folder: string,
): Promise<string> {
  const program = findGoProgram(name)
  if (program === null) throw new Error(`${name} is not built: npm run clients`)
  const child = spawn(program, words, {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
  })
  await new Promise((resolve, reject) => {
    child.once('close', resolve)
    child.once('error', reject)
  })
  return printed
}

function countNames(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

interface GinkgoReport {
  readonly SpecReports: readonly {
    readonly LeafNodeType: string
    readonly LeafNodeText: string
    readonly ContainerHierarchyTexts: readonly string[] | null
    readonly State: string
  }[]
}

/** The suite by workflows, over a test runner called Ginkgo. */
async function runWorkflows(host: string, folder: string): Promise<SuiteResult> {
  const report = join(folder, 'report.json')
  await runProgram(
    'conformance-1.1',
    [`-ginkgo.json-report=${report}`],
    {
      OCI_ROOT_URL: `http://${host}`,
      OCI_NAMESPACE: 'conformance/one',
      OCI_CROSSMOUNT_NAMESPACE: 'conformance/two',
      OCI_AUTOMATIC_CROSSMOUNT: '1',
      OCI_USERNAME: adminName,
      OCI_PASSWORD: adminPassword,
      OCI_TEST_PULL: '1',
      OCI_TEST_PUSH: '1',
      OCI_TEST_CONTENT_DISCOVERY: '1',
      OCI_TEST_CONTENT_MANAGEMENT: '1',
      OCI_REPORT_DIR: 'none',
    },
    folder,
  )
  const [suite] = JSON.parse(await readFile(report, 'utf8')) as GinkgoReport[]
  const counts: Record<string, { passed: number; failed: number; skipped: number }> = {}
  const failures: string[] = []
  for (const spec of suite?.SpecReports ?? []) {
    if (spec.LeafNodeType !== 'It') continue
    const [, workflow = '', ...groups] = spec.ContainerHierarchyTexts ?? []
    const count = (counts[workflow] ??= { passed: 0, failed: 0, skipped: 0 })
    if (spec.State === 'passed') count.passed += 1
    else if (spec.State === 'skipped' || spec.State === 'pending') count.skipped += 1
    else {
      count.failed += 1
      failures.push([workflow, ...groups, spec.LeafNodeText].join('/'))
    }
  }
  return { counts, failures: countNames(failures) }
}

/** What it does only on request (its README, "Environment Variables"). */
const everyOption = {
  OCI_API_BLOBS_DIGEST_HEADER: 'true',
  OCI_API_BLOBS_UPLOAD_CANCEL: 'true',
  OCI_API_MANIFESTS_DIGEST_HEADER: 'true',
  OCI_API_MANIFESTS_TAG_PARAM: 'true',
  OCI_DATA_SPARSE: 'true',
} as const

const entities: Readonly<Record<string, string>> = {
  '&#34;': '"',
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
}

/** From its printed summary: `  Pass..........................:        851`. */
const summaryCount = (printed: string, name: string): number =>
  Number(new RegExp(`^ *${name}\\.+: +(\\d+)$`, 'm').exec(printed)?.[1] ?? Number.NaN)

const runNewest =
  (options: Readonly<Record<string, string>>) =>
  async (host: string, folder: string): Promise<SuiteResult> => {
    const printed = await runProgram(
      'conformance-new',
      [],
      {
        OCI_REGISTRY: host,
        OCI_TLS: 'disabled',
        OCI_REPO1: 'conformance/one',
        OCI_REPO2: 'conformance/two',
        OCI_USERNAME: adminName,
        OCI_PASSWORD: adminPassword,
        OCI_VERSION: '1.1',
        OCI_RESULTS_DIR: folder,
        ...options,
      },
      folder,
    )
    const junit = await readFile(join(folder, 'junit.xml'), 'utf8')
    const failures = Array.from(junit.matchAll(/<testcase ([^>]*)>/g)).flatMap(([, attributes]) => {
      if (!/ status="(?:failure|error)"/.test(attributes ?? '')) return []
      const name = /name="([^"]*)"/.exec(attributes ?? '')?.[1] ?? ''
      return [name.replace(/&[^;]+;/g, (entity) => entities[entity] ?? entity)]
    })
    return {
      counts: {
        all: {
          passed: summaryCount(printed, 'Pass'),
          failed: summaryCount(printed, 'FAIL') + summaryCount(printed, 'Error'),
          skipped: summaryCount(printed, 'Skip') + summaryCount(printed, 'Disabled'),
        },
      },
      failures: countNames(failures.map((name) => name.replace(/^OCI Conformance Test\//, ''))),
    }
  }

/** Sets the policy to accept sparse indexes. */
async function acceptSparseIndexes(host: string): Promise<void> {
  const path = `http://${host}/api/v0/garbage-collection/policy`
  const authorization = `Basic ${btoa(`${adminName}:${adminPassword}`)}`
  const headers = { authorization, 'content-type': 'application/json' }
  const policy = (await (await fetch(path, { headers })).json()) as object
  const body = JSON.stringify({ ...policy, acceptSparseIndexes: true })
  const { status } = await fetch(path, { method: 'PUT', headers, body })
  if (status !== 200) throw new Error(`the policy was answered with ${status}`)
}

export const officialSuites = {
  workflows: { program: 'conformance-1.1', title: 'by workflows', run: runWorkflows },
  defaults: { program: 'conformance-new', title: 'newest, 1.1, defaults', run: runNewest({}) },
  'every option': {
    program: 'conformance-new',
    title: 'newest, every option on',
    run: runNewest(everyOption),
  },
  'sparse indexes': {
    program: 'conformance-new',
    title: 'newest, every option on, sparse indexes accepted',
    run: async (host, folder) => {
      await acceptSparseIndexes(host)
      return await runNewest(everyOption)(host, folder)
    },
  },
} as const satisfies Record<string, OfficialSuite>

export type OfficialSuiteName = keyof typeof officialSuites

export const officialSuiteNames = Object.keys(officialSuites) as OfficialSuiteName[]

/** Runs one of them against a server over an empty folder. */
export async function runOfficialSuite(name: OfficialSuiteName): Promise<SuiteResult> {
  const folder = await makeFolder()
  const server = await startServer(join(folder.path, 'data'))
  try {
    const reports = join(folder.path, 'reports')
    await mkdir(reports)
    return await officialSuites[name].run(server.registryHost, reports)
  } finally {
    await server.stop()
    await folder.remove()
  }
}

/** `newest, 1.1, defaults (v0.0.0-2026…)`. */
export const suiteTitle = (name: OfficialSuiteName): string =>
  `${officialSuites[name].title} (${versionOf(officialSuites[name].program)})`
