import { MantineProvider } from '@mantine/core'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { MemoryRouter, useLocation } from 'react-router'
import { expect, it, vi } from 'vitest'
import { sampleSaving } from '../testing/samples.ts'
import { BarCells } from './bar-cells.tsx'
import { frameOf, placesOf } from './chart-frame.ts'
import { barsOf } from './savings-bars.ts'
import { splitBy } from './savings-series.ts'

const hourMs = 3_600_000
const startMs = new Date(2026, 0, 12).getTime()

function Cells({ count, onPeriod }: { count: number; onPeriod: () => void }) {
  const [active, setActive] = useState<number | null>(null)
  const savings = Array.from({ length: count }, (_, nth) => {
    const startedAt = new Date(startMs + nth * 8 * hourMs).toISOString()
    return sampleSaving({ jobID: `run-${nth}`, startedAt, finishedAt: startedAt })
  })
  const period = { fromMs: startMs, toMs: startMs + 30 * 24 * hourMs }
  const { bars } = barsOf({ savings, failedRuns: [] }, period, splitBy('cause', savings))
  const frame = frameOf(800, period, 100)
  return (
    <MantineProvider env="test">
      <svg>
        <BarCells
          {...{ bars, frame, active, onPeriod }}
          places={placesOf(bars, frame)}
          onActive={setActive}
        />
      </svg>
      <output>{useLocation().pathname}</output>
    </MantineProvider>
  )
}

const open = (count: number) => {
  const onPeriod = vi.fn<() => void>()
  render(
    <MemoryRouter>
      <Cells count={count} onPeriod={onPeriod} />
    </MemoryRouter>,
  )
  return { user: userEvent.setup(), onPeriod }
}

it('has one bar in the order of Tab, and arrows lead to the others', async () => {
  const { user } = open(3)
  await user.tab()
  const [first, second, last] = screen.getAllByRole('link')
  expect(document.activeElement).toBe(last)
  await user.keyboard('{ArrowLeft}')
  expect(document.activeElement).toBe(second)
  await user.keyboard('{Home}')
  expect(document.activeElement).toBe(first)
  await user.keyboard('{ArrowLeft}{End}')
  expect(document.activeElement).toBe(last)
  await user.tab()
  expect(document.activeElement).toBe(document.body)
  await user.tab({ shift: true })
  expect(document.activeElement).toBe(last)
})

it('says what a run freed and how, and opens it', async () => {
  const { user } = open(2)
  const [first] = screen.getAllByRole('link')
  expect(first?.getAttribute('aria-label')).toMatch(
    /^Mon 12 Jan 2026, 00:00 .+: 100 B freed, by the schedule, less than a second$/,
  )
  await user.click(first!)
  expect(screen.getByText('/settings/garbage-collection/runs/run-0')).toBeDefined()
})

it('shows the runs of a bar that stands for several', async () => {
  const { user, onPeriod } = open(80)
  const [day] = screen.getAllByRole('button')
  expect(day?.getAttribute('aria-label')).toBe('Mon 12 Jan 2026: 300 B freed, 3 runs')
  day?.focus()
  await user.keyboard('{Enter}')
  expect(onPeriod).toHaveBeenCalledWith(
    expect.objectContaining({ fromMs: startMs, toMs: startMs + 24 * hourMs }),
  )
})
