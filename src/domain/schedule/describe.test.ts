import { expect, test } from 'vitest'
import { parseSchedule } from './cron-expression.ts'
import { describeSchedule } from './describe.ts'

test.each([
  ['@midnight', 'At 00:00, every day'],
  ['@hourly', 'Every hour, every day'],
  ['1 * * 6', 'At 01:00, only on Saturday'],
  ['13', 'At 13:00, every day'],
  ['0 1 * *', 'At 00:00, on day 1 of the month'],
  ['@yearly', 'At 00:00, on day 1 of the month, only in January'],
  ['9-17 * * mon-fri', 'Every hour, between 09:00 and 17:00, Monday through Friday'],
  ['*/6', 'On the hour, every 6 hours, every day'],
  // five does not divide a day
  ['0,5,10,15,20', 'On the hour, every 5 hours, between 00:00 and 20:00, every day'],
  // ranges beside single hours are not "every hour"
  ['1-4,6', 'At 01:00, 02:00, 03:00, 04:00 and 06:00, every day'],
  ['0 * */3', 'At 00:00, every day, only in January, April, July, and October'],
  // a step that reaches only the first day is that day
  ['0 */31 * *', 'At 00:00, on day 1 of the month'],
  ['0 */16 * *', 'At 00:00, on day 1 and 17 of the month'],
  ['0 * * */2', 'At 00:00, only on Sunday, Tuesday, Thursday, and Saturday'],
  // either day field: "or"
  ['0 1,15 * mon', 'At 00:00, on day 1 and 15 of the month, or on Monday'],
  [
    '0 1-7 jan mon-wed',
    'At 00:00, between day 1 and 7 of the month, or on Monday, Tuesday, and Wednesday, only in January',
  ],
  // a star in one: "only"
  ['0 */16 * mon', 'At 00:00, on day 1 and 17 of the month, only on Monday'],
  ['0 1 * */3', 'At 00:00, on day 1 of the month, only on Sunday, Wednesday, and Saturday'],
])('%j: %s', (text, sentence) => {
  const parsed = parseSchedule(text)
  expect(parsed.ok && describeSchedule(parsed.value)).toBe(sentence)
})
