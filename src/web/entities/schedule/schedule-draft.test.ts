import { describe, expect, it } from 'vitest'
import {
  checkDraft,
  differs,
  draftOf,
  withChoice,
  withField,
  withText,
  type ScheduleDraft,
} from './schedule-draft.ts'

const shown = ({ fields }: ScheduleDraft): string =>
  [fields.hour, fields.dayOfMonth, fields.month, fields.dayOfWeek].join('|')

describe('text and fields', () => {
  it.each([
    ['0 * * *', '0|*|*|*'],
    ['3', '3|*|*|*'],
    ['  1   *  * sat ', '1|*|*|sat'],
    ['@midnight', '0|*|*|*'],
    ['@hourly', '*|*|*|*'],
    ['32 99 x y', '32|99|x|y'],
    ['', '|||'],
    ['@dai', '|||'],
    ['@daily 3', '|||'],
    ['5 3 * * 6', '|||'],
  ])('shows %j in the fields as %s', (text, fields) => {
    expect(shown(withText(text))).toBe(fields)
  })

  it('writes a changed field into the text', () => {
    expect(withField(withText('0 * * *'), 'dayOfWeek', '1-5').text).toBe('0 * * 1-5')
  })

  it('completes a text that has too few fields', () => {
    expect(withField(withText('3'), 'hour', '4').text).toBe('4 * * *')
  })

  it('reads an empty field as a star, and leaves it empty for typing', () => {
    const draft = withField(withText('0 1 * *'), 'dayOfMonth', '')
    expect(draft.text).toBe('0 * * *')
    expect(draft.fields.dayOfMonth).toBe('')
  })

  it('keeps a space in one field from shifting the others', () => {
    expect(withField(withText('0 * * *'), 'hour', '1, 2').text).toBe('1,2 * * *')
  })
})

describe('presets', () => {
  it.each([
    [null, 'never'],
    ['* * * *', 'hourly'],
    ['@midnight', 'daily'],
    ['1 * * SAT', 'saturday'],
    ['0 1 * *', 'monthly'],
    ['7 * * 2', 'custom'],
    ['nonsense', 'custom'],
  ])('recognizes %j as %s', (schedule, choice) => {
    expect(draftOf(schedule).choice).toBe(choice)
  })

  it('fills in the text of a preset', () => {
    expect(withChoice(draftOf(null), 'sunday').text).toBe('1 * * 0')
  })

  it('clears everything for never', () => {
    const draft = withChoice(draftOf('0 * * *'), 'never')
    expect([draft.text, shown(draft)]).toEqual(['', '|||'])
  })

  it('starts a custom schedule from the previous one', () => {
    const draft = withChoice(draftOf('1 * * 6'), 'custom')
    expect([draft.choice, draft.text]).toEqual(['custom', '1 * * 6'])
  })
})

describe('differs', () => {
  it.each([
    ['@midnight', '0 * * *', false],
    ['0', '0 * * *', false],
    ['0 * * 1-7/1', '0 * * *', true],
    ['1 * * 6', '0 * * *', true],
    ['0 * * *', null, true],
  ])('compares the draft %j with the saved %j: %s', (text, saved, expected) => {
    expect(differs(checkDraft(withText(text)), saved)).toBe(expected)
  })

  it('distinguishes never from a schedule, and not from never', () => {
    expect(differs(checkDraft(draftOf(null)), '0 * * *')).toBe(true)
    expect(differs(checkDraft(draftOf(null)), null)).toBe(false)
  })
})
