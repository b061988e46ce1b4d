import { buildGoProgram, hasGo, howToGetGo, findGoProgram } from './go-programs.ts'
import {
  officialSuiteNames,
  officialSuites,
  runOfficialSuite,
  suiteTitle,
} from './official-suites.ts'
import { compileServer } from './server-process.ts'

/** Prints the results of the official suites for this server: a table, and what failed by name. */

const programs = new Set(officialSuiteNames.map((name) => officialSuites[name].program))
for (const program of programs) {
  if (findGoProgram(program) === null && !hasGo()) {
    console.error(howToGetGo)
    process.exit(1)
  }
  buildGoProgram(program)
}
compileServer()

console.log('| suite | | passed | failed | skipped |\n| --- | --- | --- | --- | --- |')
const failures: string[] = []
for (const name of officialSuiteNames) {
  const result = await runOfficialSuite(name)
  for (const [workflow, { passed, failed, skipped }] of Object.entries(result.counts)) {
    console.log(`| ${suiteTitle(name)} | ${workflow} | ${passed} | ${failed} | ${skipped} |`)
  }
  for (const [failure, times] of Object.entries(result.failures)) {
    failures.push(
      `${officialSuites[name].title}: ${failure}${times > 1 ? ` (${times} times)` : ''}`,
    )
  }
}
for (const failure of failures) console.log(`\nFailed: ${failure}`)
