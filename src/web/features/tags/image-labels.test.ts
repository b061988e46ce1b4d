import { expect, test } from 'vitest'
import { platformName, platformWords } from './image-labels.ts'

test('names platforms by everything in which they differ', () => {
  const windows = { os: 'windows', architecture: 'amd64' }
  expect(platformName({ os: 'linux', architecture: 'arm64', variant: 'v8' })).toBe('arm64/v8')
  expect(platformName({ ...windows, osVersion: '10.0.20348.2527' })).toBe(
    'windows/amd64 10.0.20348.2527',
  )
  expect(platformName({ ...windows, osVersion: '10.0.17763.737', osFeatures: ['win32k'] })).toBe(
    'windows/amd64 10.0.17763.737 (win32k)',
  )
  expect(platformWords([{ os: 'linux', architecture: 'amd64' }, windows])).toBe(
    'amd64 · windows/amd64',
  )
})
