import { renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useFocusFallback } from './use-focus-fallback.ts'

const added: HTMLElement[] = []

/** An element of the page that can have the focus. */
function add(name: 'button' | 'h1'): HTMLElement {
  const element = document.createElement(name)
  element.tabIndex = -1
  added.push(document.body.appendChild(element))
  return element
}

/** Opens a dialog from where the focus is. */
const open = () => renderHook(() => useFocusFallback())

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  for (const element of added.splice(0)) element.remove()
})

it('moves the focus to the title of the page where the opener is gone', () => {
  const title = add('h1')
  const opener = add('button')
  opener.focus()
  const dialog = open()
  opener.remove()
  dialog.unmount()
  vi.runAllTimers()
  expect(document.activeElement).toBe(title)
})

it('returns the focus to the opener of the last of several dialogs that close', () => {
  add('h1')
  const gone = add('button')
  gone.focus()
  const first = open()
  gone.remove()
  first.unmount()
  vi.advanceTimersByTime(30)

  const opener = add('button')
  opener.focus()
  const second = open()
  opener.blur()
  second.unmount()
  // The first would have moved the focus to the title by now.
  vi.advanceTimersByTime(30)
  expect(document.activeElement).toBe(document.body)
  vi.runAllTimers()
  expect(document.activeElement).toBe(opener)
})
