import { ok, err, type Result } from '../values/result.ts'

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

const pattern = /^(\d{1,12}(?:\.\d{1,3})?) ?([kmgt]?i?b?)$/i

/** Bytes: `500MB`, `1.5 GiB`, `1000`. */
export function parseByteAmount(text: string): Result<number> {
  const [, count, unit = ''] = pattern.exec(text) ?? []
  const factor = units[unit.toLowerCase()]
  const bytes = Math.round(Number(count) * (factor ?? 0))
  if (bytes > 0 && bytes <= Number.MAX_SAFE_INTEGER) return ok(bytes)
  return err({
    code: 'INVALID_BYTES',
    message: `"${text}" is no size: write bytes, or a number and kB, MB, GB, TB, KiB, MiB, GiB or TiB`,
  })
}
