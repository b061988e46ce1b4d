import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { RelativeTime } from './relative-time.tsx'

const at = '2026-11-23T10:06:12Z'
const exact = /2026-11-23 10:06:12 UTC/

it('has the exact time and its zone for the keyboard, and as its description', async () => {
  const { user } = renderPage(<RelativeTime at={at} />, { at: '/' })
  await user.tab()
  const time = document.activeElement
  expect(time?.getAttribute('datetime')).toBe(at)
  const tooltip = await screen.findByText(exact)
  const described = time?.getAttribute('aria-describedby') ?? ''
  expect(document.getElementById(described)?.textContent).toMatch(exact)
  expect(tooltip.textContent).toMatch(/(?:UTC|GMT).*UTC/s)
  await user.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByText(exact)).toBeNull())
})

it('has it where the time is a link, in one stop', async () => {
  const { user } = renderPage(<RelativeTime at={at} to="/run" />, { at: '/' })
  await user.tab()
  expect(document.activeElement?.getAttribute('href')).toBe('/run')
  await screen.findByText(exact)
  await user.tab()
  expect(document.activeElement).toBe(document.body)
})
