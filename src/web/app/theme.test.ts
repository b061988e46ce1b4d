import { luminance, mergeMantineTheme, DEFAULT_THEME } from '@mantine/core'
import { describe, expect, it } from 'vitest'
import { cssVariablesResolver, theme as override } from './theme.ts'

const theme = mergeMantineTheme(DEFAULT_THEME, override)
const { light, dark } = cssVariablesResolver(theme)

/** The contrast ratio as WCAG 2.2 defines it. */
function contrast(a: string, b: string): number {
  const [brighter, darker] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return ((brighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05)
}

const variable = (scheme: Record<string, string>, name: string): string =>
  scheme[name] ?? expect.fail(`${name} is not set`)

describe('contrast of at least 4.5', () => {
  it.each(['petrol', 'ember', 'red', 'green', 'gray'])('white on %s', (color) => {
    expect(contrast('#ffffff', theme.colors[color]![7])).toBeGreaterThanOrEqual(4.5)
  })

  const text = [
    '--mantine-color-dimmed',
    '--mantine-color-error',
    '--jetsam-freed',
    '--jetsam-lost',
  ]
  const surfaces = [
    '--jetsam-page',
    '--jetsam-surface',
    '--jetsam-row-hover',
    '--jetsam-row-selected',
  ]
  const pairs = text.flatMap((name) => surfaces.map((surface) => [name, surface] as const))
  it.each(pairs)('%s on %s, in both schemes', (name, surface) => {
    for (const scheme of [light, dark]) {
      const ratio = contrast(variable(scheme, name), variable(scheme, surface))
      expect(ratio).toBeGreaterThanOrEqual(4.5)
    }
  })

  it.each(['petrol', 'ember', 'red', 'green'])('%s text on the dark surfaces', (color) => {
    for (const surface of surfaces) {
      const ratio = contrast(theme.colors[color]![4], variable(dark, surface))
      expect(ratio).toBeGreaterThanOrEqual(4.5)
    }
  })
})

describe('contrast of at least 3, of what is no text', () => {
  const pairs = ['--jetsam-mark', '--jetsam-control-line'].flatMap((name) =>
    ['--jetsam-page', '--jetsam-surface', '--jetsam-row-hover'].map(
      (surface) => [name, surface] as const,
    ),
  )
  it.each(pairs)('%s on %s, in both schemes', (name, surface) => {
    for (const scheme of [light, dark]) {
      const ratio = contrast(variable(scheme, name), variable(scheme, surface))
      expect(ratio).toBeGreaterThanOrEqual(3)
    }
  })

  it('the mark of a selected row, and of the page that is open', () => {
    for (const scheme of [light, dark]) {
      const row = variable(scheme, '--jetsam-row-selected')
      expect(contrast(variable(scheme, '--jetsam-mark'), row)).toBeGreaterThanOrEqual(3)
    }
    for (const name of ['--jetsam-nav', '--jetsam-nav-active']) {
      const surface = variable(cssVariablesResolver(theme).variables, name)
      expect(contrast(theme.colors.petrol![4], surface)).toBeGreaterThanOrEqual(3)
    }
  })
})
