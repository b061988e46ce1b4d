import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canRunContainers } from './container-engine.ts'
import { canRunDaemons } from './docker-daemon.ts'
import { failedInPlaywright, failedInVitest } from './failed-tests.ts'
import { findBrowser, howToGetABrowser } from './find-browser.ts'
import { findCommand } from './find-command.ts'
import { hasCeph } from '../src/testing/ceph/find-ceph.ts'
import { findPostgres } from '../src/testing/postgres/find-postgres.ts'
import { findGoProgram, goProgramNames, hasGo, howToGetGo } from './go-programs.ts'

/**
 * Runs every check and test that this machine can run, prints what failed, what it left out and
 * why, and ends with one line of counts. Under `CI=true` nothing may be left out.
 */

interface Counts {
  passed: number
  failed: number
  skipped: number
  /** What failed, by name, with the beginning of the reason. */
  failures: readonly string[]
}

const projectFolder = fileURLToPath(new URL('..', import.meta.url))
const isCI = process.env.CI === 'true'
const reports = mkdtempSync(join(tmpdir(), 'jetsam-reports-'))

function run(title: string, command: readonly string[], environment = {}): boolean {
  console.log(`\n── ${title}`)
  const [program = '', ...words] = command
  const ended = spawnSync('npx', ['--no-install', program, ...words], {
    cwd: projectFolder,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  })
  return ended.status === 0
}

function readReport(path: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  } catch {
    return {}
  }
}

const installed = [
  'skopeo',
  'umoci',
  'docker-registry',
  'curl',
  'nginx',
  'openssl',
  'podman',
  'buildah',
  'pgbouncer',
] as const

function missing(): string[] {
  const reasons: string[] = []
  if (findBrowser() === null) reasons.push(howToGetABrowser)
  for (const client of installed) {
    if (findCommand(client) === null) {
      reasons.push(`${client} is not installed: the tests with it are left out.`)
    }
  }
  if (findPostgres() === null) {
    reasons.push(
      'The tests with PostgreSQL are left out: they need initdb and postgres, in PATH or where Debian has them; as root also setpriv and a user named postgres.',
    )
  }
  if (!hasCeph()) {
    reasons.push(
      'The tests with an object store are left out: they need ceph-mon, ceph-osd, radosgw and ceph-common.',
    )
  }
  if (!canRunDaemons()) {
    reasons.push(
      'The tests with docker and containerd are left out: they need dockerd, docker and ctr (of docker.io), and to be run as root.',
    )
  }
  if (!canRunContainers()) {
    reasons.push(
      'The tests of the container image are left out: they need buildah, podman, runc and mmdebstrap, and to be run as root.',
    )
  }
  const unbuilt = goProgramNames.filter((name) => findGoProgram(name) === null)
  if (unbuilt.length > 0) {
    const why = hasGo() ? 'They could not be built, as is said above.' : howToGetGo
    reasons.push(`The tests with ${unbuilt.join(', ')} are left out. ${why}`)
  }
  return reasons
}

/** Takes some minutes, once: the programs stay for later runs. */
function buildGoPrograms(): void {
  if (!hasGo()) return
  if (goProgramNames.every((name) => findGoProgram(name) !== null)) return
  run('Container clients and official suites, built of Go modules', [
    'tsx',
    'e2e/run-go-programs.ts',
  ])
}

function unitTests(): Counts {
  const path = join(reports, 'vitest.json')
  const passed = run('Units, properties, conformance, API', [
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${path}`,
  ])
  const report = readReport(path)
  const failed = Number(report.numFailedTests ?? 0)
  return {
    passed: Number(report.numPassedTests ?? 0),
    failed: passed ? failed : Math.max(failed, 1),
    skipped: Number(report.numPendingTests ?? 0) + Number(report.numTodoTests ?? 0),
    failures: failedInVitest(report),
  }
}

function endToEndTests(): Counts {
  const path = join(reports, 'playwright.json')
  const passed = run(
    'End to end: both hosts, real clients',
    ['playwright', 'test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json'],
    { PLAYWRIGHT_JSON_OUTPUT_FILE: path },
  )
  const report = readReport(path)
  const stats = (report.stats ?? {}) as Record<string, unknown>
  // A test that passed only at a second try is a failure: flaky means broken.
  const failed = Number(stats.unexpected ?? 0) + Number(stats.flaky ?? 0)
  return {
    passed: Number(stats.expected ?? 0),
    failed: passed ? failed : Math.max(failed, 1),
    skipped: Number(stats.skipped ?? 0),
    failures: failedInPlaywright(report),
  }
}

buildGoPrograms()
const leftOut = missing()
if (isCI && leftOut.length > 0) {
  console.error(`Under CI=true nothing may be left out:\n${leftOut.join('\n')}`)
  process.exit(1)
}

const checks = run('Types, lint, format, unused code', ['tsx', 'e2e/run-checks.ts'])
const units = unitTests()
const endToEnd =
  findBrowser() === null ? { passed: 0, failed: 0, skipped: 0, failures: [] } : endToEndTests()
rmSync(reports, { recursive: true })

const failed = units.failed + endToEnd.failed + (checks ? 0 : 1)
const skipped = units.skipped + endToEnd.skipped
if (!checks) console.log('\nFailed: types, lint, format or unused code')
for (const failure of [...units.failures, ...endToEnd.failures]) console.log(`\nFailed: ${failure}`)
for (const reason of leftOut) console.log(`\nLeft out: ${reason}`)
if (isCI && skipped > 0)
  console.error(`\nUnder CI=true nothing may be left out, and ${skipped} were.`)
console.log(`\n${units.passed + endToEnd.passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(failed > 0 || (isCI && skipped > 0) ? 1 : 0)
