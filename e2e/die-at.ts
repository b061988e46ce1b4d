import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

/**
 * Run before a server: once it gets SIGUSR2, it kills itself, as a power cut would, just before the
 * so many-th change of a folder on disk (`DIE_AT`, from 1).
 */
const dieAt = Number(process.env['DIE_AT'])
let isArmed = false
let changes = 0

function beforeChange(): void {
  if (!isArmed) return
  changes += 1
  if (changes === dieAt) process.kill(process.pid, 'SIGKILL')
}

const { rename, unlink, rmdir, mkdir } = files
Object.assign(files, {
  rename: (...words: Parameters<typeof rename>) => (beforeChange(), rename(...words)),
  unlink: (...words: Parameters<typeof unlink>) => (beforeChange(), unlink(...words)),
  rmdir: (...words: Parameters<typeof rmdir>) => (beforeChange(), rmdir(...words)),
  mkdir: (...words: Parameters<typeof mkdir>) => (beforeChange(), mkdir(...words)),
})
syncBuiltinESMExports()

process.on('SIGUSR2', () => {
  isArmed = true
  process.stdout.write('armed\n')
})
