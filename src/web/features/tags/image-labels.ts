import type { Attachment, WirePlatform } from '#contract/images/tags.ts'

/**
 * `amd64`, `arm64/v8`; with the system if it is not Linux, and its version, in which images for
 * Windows differ: `windows/amd64 10.0.20348.2527`.
 */
export function platformName(platform: WirePlatform): string {
  const { os, architecture, variant, osVersion, osFeatures = [] } = platform
  const machine = `${os === 'linux' ? '' : `${os}/`}${architecture}${variant ? `/${variant}` : ''}`
  const features = osFeatures.length > 0 ? `(${osFeatures.join(', ')})` : ''
  return [machine, osVersion, features].filter(Boolean).join(' ')
}

export const platformWords = (platforms: readonly WirePlatform[]): string =>
  platforms.map(platformName).join(' · ')

const byLabel = (a: string, b: string): number =>
  Number(b === 'signature') - Number(a === 'signature') || (a < b ? -1 : 1)

/** "2 signatures, SBOM": in the same order for each image. */
export function attachedWords(attached: readonly Attachment[]): string {
  const counts = new Map<string, number>()
  for (const { label } of attached) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts]
    .toSorted(([a], [b]) => byLabel(a, b))
    .map(([label, count]) => (count === 1 ? label : `${count} ${label}s`))
    .join(', ')
}
