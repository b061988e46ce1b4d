import { describe, expect, it } from 'vitest'
import { deleted, digestOf, impact } from '#web/testing/images.ts'
import { isSameDeletion, planDeletion } from './plan-deletion.ts'

const [a, b] = [digestOf('a'), digestOf('b')]

describe('the calls of a deletion', () => {
  it('delete a tag alone if its image stays', () => {
    const told = impact([
      deleted('1.2', { imageDeleted: false, remainingTags: ['latest'], digest: a }),
    ])
    expect(planDeletion(told)).toEqual([
      { unit: 'tag', reference: '1.2', digest: a, tags: ['1.2'] },
    ])
  })

  it('delete an image once if several of its tags were chosen', () => {
    const told = impact([
      deleted('1.2', { digest: a, tags: ['1.2', 'latest'] }),
      deleted('latest', { digest: a, tags: ['1.2', 'latest'] }),
      deleted('0.9', { digest: b }),
    ])
    expect(planDeletion(told)).toEqual([
      { unit: 'image', reference: '1.2', digest: a, tags: ['1.2', 'latest'] },
      { unit: 'image', reference: '0.9', digest: b, tags: ['0.9'] },
    ])
  })

  it('delete the image with all chosen tags if the impact lists each tag by itself', () => {
    const told = impact([deleted('1.2', { digest: a }), deleted('latest', { digest: a })])
    expect(planDeletion(told)[0]?.tags).toEqual(['1.2', 'latest'])
  })

  it('delete two tags of an image one by one if a third one keeps it', () => {
    const stays = { imageDeleted: false, remainingTags: ['x'], digest: a }
    const steps = planDeletion(impact([deleted('1', stays), deleted('2', stays)]))
    expect(steps.map(({ unit, reference }) => [unit, reference])).toEqual([
      ['tag', '1'],
      ['tag', '2'],
    ])
  })
})

describe('whether two impacts describe the same deletion', () => {
  const told = impact([deleted('1.2', { tags: ['1.2', 'latest'] }), deleted('1.1')])

  it('ignores the order and the bytes', () => {
    const again = impact([deleted('1.1'), deleted('1.2', { tags: ['latest', '1.2'] })], {
      bytesFreed: 1,
      bytesKept: 2,
      keptByCount: 0,
    })
    expect(isSameDeletion(told, again)).toBe(true)
  })

  it.each([
    ['one more tag is deleted', deleted('1.2', { tags: ['1.2', 'latest', 'new'] })],
    ['it shows another image', deleted('1.2', { tags: ['1.2', 'latest'], digest: b })],
    ['the image stays', deleted('1.2', { tags: ['1.2', 'latest'], imageDeleted: false })],
    [
      'something was attached',
      deleted('1.2', {
        tags: ['1.2', 'latest'],
        attached: [{ digest: b, artifactType: 'x', label: 'SBOM', size: 1 }],
      }),
    ],
  ])('sees that %s', (_, changed) => {
    expect(isSameDeletion(told, impact([changed, deleted('1.1')]))).toBe(false)
  })

  it('sees that one deletion is missing', () => {
    expect(isSameDeletion(told, impact([deleted('1.1')]))).toBe(false)
  })
})
