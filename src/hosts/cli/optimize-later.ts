import { setFlagsFromString } from 'node:v8'

/**
 * Lets V8 optimize code later, for a command that ends before most of its optimized code has paid
 * for its compilation. Only Node.js 20 has this setting, with V8 11; later versions would not start
 * with it as an option, and need it less.
 */
export function optimizeLater(): void {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=1000000')
}
