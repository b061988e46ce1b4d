import { describe, expect, it } from 'vitest'
import { platformDetails, platformOfConfiguration } from './platform.ts'

const windows = { os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.2527' }

describe('a platform', () => {
  it('has the version of its system, and the features that it needs', () => {
    expect(platformOfConfiguration({ ...windows, 'os.features': ['win32k', 7] })).toEqual({
      os: 'windows',
      architecture: 'amd64',
      osVersion: '10.0.20348.2527',
      osFeatures: ['win32k'],
    })
    expect(platformDetails({ variant: 'v8' })).toEqual({ variant: 'v8' })
  })

  it('leaves out what is empty, or no text', () => {
    expect(platformDetails({ variant: '', 'os.version': 10, 'os.features': [] })).toEqual({})
    expect(platformOfConfiguration({ os: 'windows' })).toBeNull()
  })
})
