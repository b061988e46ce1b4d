import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** All static checks: reports every failure, not only the first. */
const checks = [
  ['tsc', '-b'],
  ['oxlint', '--type-aware', 'src', 'e2e', 'deploy', 'vite.config.ts'],
  ['oxfmt', '--check', 'src', 'e2e', 'deploy', 'vite.config.ts', 'index.html'],
  ['knip'],
] as const

let failed = false
for (const [program, ...words] of checks) {
  console.log(`· ${program} ${words.join(' ')}`)
  const ended = spawnSync('npx', ['--no-install', program, ...words], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
  })
  failed ||= ended.status !== 0
}
process.exit(failed ? 1 : 0)
