import { shortDigest } from '#domain/values/digest.ts'
import { expect, it } from 'vitest'
import { digestOf } from '#web/testing/images.ts'
import { imageName } from './image-name.ts'

it('names an image by its tag, and by its digest if it has none', () => {
  const digest = digestOf('a')
  expect(imageName('team/app', '1.2')).toBe('team/app:1.2')
  expect(imageName('team/app', digest)).toBe(`team/app@${shortDigest(digest)}`)
})
