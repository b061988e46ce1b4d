import { expect, test } from 'vitest'
import { isCommonPassword } from './common-password.ts'

test.each([
  'password',
  'Password1',
  'P@ssw0rd',
  'p4$$w0rd!',
  'password123!',
  '123password',
  '12345678',
  '123456789',
  '87654321',
  '11111111',
  'abcabcabc',
  'passpass',
  'qwertyuiop',
  'qwerty123',
  '1qaz2wsx',
  '1q2w3e4r',
  'asdfghjkl',
  'iloveyou',
  'Sunshine1',
  'letmein!!',
  'Welcome2026',
  'trustno1',
  'administrator',
  'changeme',
  'Docker2024!',
])('%s is among the first guesses', (password) => {
  expect(isCommonPassword(password)).toBe(true)
})

test.each([
  'jetsam-admin',
  'writer-password',
  'correct horse battery staple',
  'long enough',
  'kX9#vTq2',
  'Dsl4-uH7pQ',
  'пароль на сегодня',
  '3.14159 is pi',
])('%s is not among the first guesses', (password) => {
  expect(isCommonPassword(password)).toBe(false)
})

test('the name of the account is among the first guesses', () => {
  expect(isCommonPassword('dana.smith1', ['dana.smith'])).toBe(true)
  expect(isCommonPassword('Dana.Smith', ['dana.smith'])).toBe(true)
  expect(isCommonPassword('dana.smith1')).toBe(false)
})

test('a long password is checked without a noticeable delay', () => {
  expect(isCommonPassword(`${'abcdefgh'.repeat(31)}x`)).toBe(false)
})
