import { expect, it } from 'vitest'
import { failureName } from './failure-name.ts'

const digest = `sha256:${'ab'.repeat(32)}`

it.each([
  [`${digest} of team/app`, 'Part of an image of team/app', digest],
  [digest, 'Part of an image', digest],
  [`layer link ${digest} of team/app`, 'Layer of team/app', digest],
  [`manifest link ${digest} of team/app`, 'Image of team/app', digest],
  ['trash entry 01J9 of team/app', 'Image in the trash of team/app', '01J9'],
  ['upload 7f of team/app', 'Unfinished upload of team/app', '7f'],
  ['history of tag 1.2 of team/app', 'History of 1.2 of team/app', null],
  ['12 more', '12 more', null],
])('%s is %s', (subject, name, detail) => {
  expect(failureName(subject)).toEqual({ name, detail })
})
