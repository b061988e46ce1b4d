import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'

interface FilterFieldProps {
  readonly label: string
  /** The value in the address; the text box may be a few letters ahead of it. */
  readonly value: string
  readonly onChange: (value: string) => void
  readonly className?: string | undefined
}

const typingPauseMs = 150

/** A search box that reports its text after a pause in the typing. */
export function FilterField({ label, value, onChange, className }: FilterFieldProps) {
  const [text, setText] = useState(value)
  const passedOn = useRef(value)
  const passOn = useDebouncedCallback((next: string) => {
    passedOn.current = next
    onChange(next)
  }, typingPauseMs)

  // Changed from outside: by "Clear filter" or Back. Not the echo of what was typed here.
  useEffect(() => {
    if (value === passedOn.current) return
    passedOn.current = value
    setText(value)
  }, [value])

  const change = (next: string) => {
    setText(next)
    passOn(next.trim())
  }
  return (
    <TextInput
      type="search"
      role="searchbox"
      aria-label={label}
      placeholder={label}
      className={className}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={
        text === '' ? null : (
          <CloseButton size="sm" aria-label="Clear filter" onClick={() => change('')} />
        )
      }
    />
  )
}
