import { describe, expect, it, test } from 'vitest'
import { parseSchedule, scheduleShortcuts } from './cron-expression.ts'

const textOf = (input: string): string => {
  const parsed = parseSchedule(input)
  return parsed.ok ? parsed.value.text : `refused: ${parsed.refusal.message}`
}

describe('accepted, and as it reads back', () => {
  test.each([
    // fewer fields than four
    ['0', '0 * * *'],
    ['3 15', '3 15 * *'],
    ['0 1 6', '0 1 6 *'],
    ['  0\t*  * * \n', '0 * * *'],
    // shortcuts
    ['@midnight', '0 * * *'],
    ['@daily', '0 * * *'],
    ['@hourly', '* * * *'],
    ['@weekly', '0 * * 0'],
    ['@monthly', '0 1 * *'],
    ['@yearly', '0 1 1 *'],
    ['@annually', '0 1 1 *'],
    [' @daily ', '0 * * *'],
    // stars, question marks, lists, ranges, steps
    ['? ? ? ?', '* * * *'],
    ['00 ? * *', '0 * * *'],
    ['*/1', '* * * *'],
    ['0-23', '* * * *'],
    ['*/6', '*/6 * * *'],
    ['?/6', '*/6 * * *'],
    ['0,6,12,18', '*/6 * * *'],
    ['0,12', '0,12 * * *'],
    ['*/12', '0,12 * * *'],
    ['8-18/2', '8-18/2 * * *'],
    ['8,10,12,14,16,18', '8-18/2 * * *'],
    ['20/2', '20,22 * * *'],
    ['0/5', '*/5 * * *'],
    ['23/100', '23 * * *'],
    ['3,1,2,1,9', '1-3,9 * * *'],
    ['20-23,0-4', '0-4,20-23 * * *'],
    ['5-5', '5 * * *'],
    ['*,5', '* * * *'],
    // names
    ['0 * jan', '0 * 1 *'],
    ['0 * JAN-Mar,dEc *', '0 * 1-3,12 *'],
    ['1 * * sat', '1 * * 6'],
    ['1 * * MON-FRI', '1 * * 1-5'],
    ['1 * * mon,WED,Fri', '1 * * 1,3,5'],
    ['1 * * sun/3', '1 * * */3'],
    ['0 * feb/3 *', '0 * 2,5,8,11 *'],
    // a star in a day field makes both fields count, so it must not be lost
    ['0 13 * 5', '0 13 * 5'],
    ['0 1-31/2 * 5', '0 1-31/2 * 5'],
    ['0 */2 * 5', '0 */2 * 5'],
    ['0 */40 * 5', '0 */31 * 5'],
    ['0 */10,5 * 2-4', '0 */10,5 * 2-4'],
    ['0 1 * */2', '0 1 * */2'],
    ['0 1-31/2 * */2', '0 */2 * */2'],
    // without one, a field that has every value makes it every day
    ['0 1-31 * 5', '0 * * *'],
    ['0 15 * 0-6', '0 * * *'],
    ['0 * * 0-6', '0 * * *'],
    ['0 15 * *', '0 15 * *'],
    // rare, but they occur
    ['0 29 2', '0 29 2 *'],
    ['0 29 2 */7', '0 29 2 */7'],
    ['0 30 2 1', '0 30 2 1'],
    ['0 31 2,3', '0 31 2,3 *'],
  ])('%j reads back as %j', (input, text) => {
    expect(textOf(input)).toBe(text)
    expect(textOf(text)).toBe(text)
  })

  test('each field reads back by name', () => {
    const parsed = parseSchedule('1 2 mar thu')
    expect(parsed.ok && parsed.value.fields).toEqual({
      hour: '1',
      dayOfMonth: '2',
      month: '3',
      dayOfWeek: '4',
    })
  })

  test('every shortcut reads back in its own notation', () => {
    for (const [shortcut, fields] of Object.entries(scheduleShortcuts)) {
      expect(textOf(shortcut)).toBe(fields)
    }
  })
})

describe('refused, with the message', () => {
  const onTheHour = 'collections start on the hour.'
  const supported = `supported: ${onTheHour}`
  const noZones =
    'time zones are not supported: the schedule is in UTC. Write its hours in UTC, without'
  const atMostFour = 'this schedule has at most four — hour, day, month, day of week.'
  test.each([
    ['0 32', 'day of month: 32 is not between 1 and 31'],
    ['0 0', 'day of month: 0 is not between 1 and 31'],
    ['24', 'hour: 24 is not between 0 and 23'],
    ['60 * * *', 'hour: 60 is not between 0 and 23'],
    ['0 * 13', 'month: 13 is not between 1 and 12'],
    ['0 * 0', 'month: 0 is not between 1 and 12'],
    ['0 * * 8', 'day of week: 8 is not between 0 and 6'],
    ['0 * * 7', 'day of week: 7 is not between 0 and 6 (Sunday is 0)'],
    ['0 1-32', 'day of month: 32 is not between 1 and 31'],
    ['9'.repeat(40), 'hour: `99999999999999999999…` is not between 0 and 23'],
    // more fields than four
    ['0 3 * * 6', `five fields: ${atMostFour} Did you mean \`3 * * 6\`?`],
    ['0 0 3 * * SAT', `six fields: ${atMostFour} Did you mean \`3 * * SAT\`?`],
    ['0 30 2 * 9', `five fields: ${atMostFour}`],
    ['00 0 3 * * 0', `six fields: ${atMostFour} Did you mean \`3 * * 0\`?`],
    ['0 3 * * 7', `five fields: ${atMostFour} Did you mean \`3 * * 0\`?`],
    ['0 3 * * 5-7', `five fields: ${atMostFour} Did you mean \`3 * * 0,5,6\`?`],
    ['0 3 * * */7', `five fields: ${atMostFour} Did you mean \`3 * * */7\`?`],
    // what they say of minutes and seconds would be lost
    ['30 2 * * *', `five fields: ${atMostFour} Minutes are not supported: ${onTheHour}`],
    ['*/5 * * * *', `five fields: ${atMostFour} Minutes are not supported: ${onTheHour}`],
    ['* * * * *', `five fields: ${atMostFour} Minutes are not supported: ${onTheHour}`],
    ['0 15 3 * * *', `six fields: ${atMostFour} Seconds and minutes are not ${supported}`],
    ['30 0 3 * * *', `six fields: ${atMostFour} Seconds and minutes are not ${supported}`],
    // Quartz counts weekdays from 1, cron from 0
    [
      '0 0 12 ? * 2',
      `six fields: ${atMostFour} Did you mean \`12 ? * 2\` (2 counted from Sunday as 0) or \`12 ? * 1\` (2 counted from Sunday as 1, as in Quartz)?`,
    ],
    [
      '0 0 12 ? * 7',
      `six fields: ${atMostFour} Did you mean \`12 ? * 0\` (7 counted from Sunday as 0) or \`12 ? * 6\` (7 counted from Sunday as 1, as in Quartz)?`,
    ],
    [
      '0 0 12 ? * 2-6',
      `six fields: ${atMostFour} Did you mean \`12 ? * 2-6\` (2-6 counted from Sunday as 0) or \`12 ? * 1,2,3,4,5\` (2-6 counted from Sunday as 1, as in Quartz)?`,
    ],
    ['0 0 12 ? * 2/2', `six fields: ${atMostFour}`],
    ['0 0 12 ? * 6L', `six fields: ${atMostFour}`],
    ['0 0 12 ? * */2', `six fields: ${atMostFour} Did you mean \`12 ? * */2\`?`],
    // minute first and year last, as in EventBridge
    ['0 0 * * ? *', `six fields: ${atMostFour} A year cannot be given.`],
    ['0 0 ? * 2 *', `six fields: ${atMostFour} A year cannot be given.`],
    // time zones
    ['CRON_TZ=Europe/Berlin 3 * *', `${noZones} \`Europe/Berlin\`.`],
    ['CRON_TZ=Europe/Berlin 0 3 * * *', `${noZones} \`Europe/Berlin\`.`],
    ['TZ=America/New_York @daily', `${noZones} \`America/New_York\`.`],
    ['TZ=UTC 0 3 * * *', `${noZones} \`UTC\`. Did you mean \`3 * * *\`?`],
    ['CRON_TZ=Etc/UTC @daily', `${noZones} \`Etc/UTC\`. Did you mean \`@daily\`?`],
    ['CRON_TZ=UTC 30 3 * * *', `${noZones} \`UTC\`.`],
    ['CRON_TZ=UTC', `${noZones} \`UTC\`.`],
    ['0 0 0 3 * * 6', `seven fields: ${atMostFour}`],
    ['0 '.repeat(12), `12 fields: ${atMostFour}`],
    // shortcuts
    ['@daily @weekly', '`@daily @weekly`: a schedule has only one shortcut'],
    ['@daily @daily', '`@daily @daily`: a schedule has only one shortcut'],
    ['@daily *', '`@daily` stands alone, without fields'],
    ['0 @daily', '`@daily` stands alone, without fields'],
    ['@every 1h', '`@every` is not supported: name the hours instead, as in `*/6`'],
    ['@every', '`@every` is not supported: name the hours instead, as in `*/6`'],
    ['@Daily', 'shortcuts are written in lower case. Did you mean `@daily`?'],
    [
      '@reboot',
      '`@reboot` is none of @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly',
    ],
    // a schedule that never fires
    ['0 30 2', 'day of month: there is no day 30 in February, so this schedule would never run'],
    [
      '0 30,31 feb',
      'day of month: there is no day 30 or 31 in February, so this schedule would never run',
    ],
    [
      '0 31 4,6 *',
      'day of month: there is no day 31 in April or June, so this schedule would never run',
    ],
    [
      '0 30 2 */2',
      'day of month: there is no day 30 in February, so this schedule would never run',
    ],
    // no field
    ['', 'the schedule is empty: write at least the hour'],
    [' \n ', 'the schedule is empty: write at least the hour'],
    [`0 ${'1,'.repeat(200)}1`, 'a schedule has at most 256 characters'],
    // not the grammar
    ['midnight', 'shortcuts begin with @. Did you mean `@midnight`?'],
    [
      '0 * january',
      'month: `january` is not a number or one of JAN, FEB, MAR, APR, MAY, JUN, JUL, AUG, SEP, OCT, NOV, DEC',
    ],
    [
      '0 * * monday',
      'day of week: `monday` is not a number or one of SUN, MON, TUE, WED, THU, FRI, SAT',
    ],
    ['0 sun', 'day of month: `sun` is not a number'],
    ['1,', 'hour: a value is missing beside a comma in `1,`'],
    [',', 'hour: a value is missing beside a comma in `,`'],
    ['1,,2', 'hour: a value is missing beside a comma in `1,,2`'],
    ['-1', 'hour: a number is missing beside "-" or "/" in `-1`'],
    ['1-', 'hour: a number is missing beside "-" or "/" in `1-`'],
    ['1-2-3', 'hour: `1-2-3` has more than one "-"'],
    ['*/2/3', 'hour: `*/2/3` has more than one "/"'],
    ['*-5', 'hour: `*` is not a number'],
    ['1.5', 'hour: `1.5` is not a number'],
    ['+1', 'hour: `+1` is not a number'],
    ['1e1', 'hour: `1e1` is not a number'],
    ['٣', 'hour: `٣` is not a number'],
    ['*/0', 'hour: the step in `*/0` must be at least 1'],
    ['*/', 'hour: `*/` needs a number after "/"'],
    ['*/x', 'hour: `*/x` needs a number after "/"'],
    ['1/-2', 'hour: `1/-2` needs a number after "/"'],
    ['20-8', 'hour: `20-8` runs backwards; write `20-23,0-8`'],
    ['0 * * fri-sun', 'day of week: `fri-sun` runs backwards; write `5-6,0`'],
    ['20-8/2', 'hour: `20-8/2` runs backwards'],
  ])('%j: %s', (input, message) => {
    const parsed = parseSchedule(input)
    expect(parsed).toMatchObject({ ok: false, refusal: { code: 'INVALID_SCHEDULE', message } })
  })

  test.each([
    ['24', 'hour', '24 is not between 0 and 23'],
    ['0 32', 'day of month', '32 is not between 1 and 31'],
    ['0 * 13', 'month', '13 is not between 1 and 12'],
    ['0 * * 9', 'day of week', '9 is not between 0 and 6'],
  ])('%j names the field and the reason separately', (input, field, reason) => {
    expect(parseSchedule(input)).toMatchObject({ ok: false, refusal: { field, reason } })
  })

  test('a refusal of the whole schedule names no field', () => {
    const parsed = parseSchedule('0 3 * * 6')
    expect(parsed.ok || parsed.refusal.field).toBeUndefined()
    expect(parsed.ok || parsed.refusal.suggestions).toEqual([{ text: '3 * * 6' }])
  })

  test.each([null, undefined, 0, ['0'], { schedule: '0' }])('%j is no text', (input) => {
    expect(parseSchedule(input)).toMatchObject({
      ok: false,
      refusal: { message: 'a schedule is text, such as "0 * * *"' },
    })
  })
})

describe('a word that stands in the wrong place', () => {
  it.each([
    ['daily', '@daily'],
    ['Weekly', '@weekly'],
    ['mon', '* * * mon'],
    ['mon-fri', '* * * mon-fri'],
    ['jan', '* * jan *'],
  ])('%s suggests %s', (text, suggestion) => {
    const parsed = parseSchedule(text)
    expect(parsed).toMatchObject({ ok: false, refusal: { suggestions: [{ text: suggestion }] } })
    expect(parseSchedule(suggestion).ok).toBe(true)
    expect(!parsed.ok && parsed.refusal.message).toContain('Did you mean')
  })

  it('names the field, and suggests nothing for other words', () => {
    expect(parseSchedule('mon')).toMatchObject({
      refusal: { field: 'hour', message: expect.stringMatching(/^hour: the hour comes first/) },
    })
    expect(parseSchedule('noon')).toMatchObject({ refusal: { field: 'hour' } })
    const parsed = parseSchedule('noon')
    expect(!parsed.ok && parsed.refusal.suggestions).toBeUndefined()
  })
})
