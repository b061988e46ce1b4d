import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/*
 * Strikes out of package.json what only builds need, so that `npm prune` removes it: the compiled
 * server tells what it imports. Runs in the project's folder while an image is built.
 */

const compiled = 'dist-server'
const code = readdirSync(compiled, { recursive: true })
  .filter((name) => name.endsWith('.js'))
  .map((name) => readFileSync(join(compiled, name), 'utf8'))
  .join('\n')
/** @param {string} name */
const isImported = (name) =>
  [`"${name}"`, `"${name}/`].some((word) =>
    ['from ', 'import ', 'import('].some((before) => code.includes(before + word)),
  )

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const kept = Object.entries(manifest.dependencies).filter(([name]) => isImported(name))
if (kept.length === 0) throw new Error(`nothing in ${compiled} imports a package`)
manifest.dependencies = Object.fromEntries(kept)
delete manifest.devDependencies
writeFileSync('package.json', JSON.stringify(manifest))
