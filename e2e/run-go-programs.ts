import { buildGoProgram, findGoProgram, goProgramNames, hasGo, howToGetGo } from './go-programs.ts'

/** Builds the container clients and suites that the tests run, each once. */

for (const name of goProgramNames) {
  if (findGoProgram(name) !== null) continue
  if (!hasGo()) {
    console.error(howToGetGo)
    process.exit(1)
  }
  const startedAtMs = Date.now()
  buildGoProgram(name)
  console.log(`${name}: built in ${Math.round((Date.now() - startedAtMs) / 1000)} s`)
}
