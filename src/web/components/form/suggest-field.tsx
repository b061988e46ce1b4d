import { CloseButton } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import { SuggestInput } from './suggest-input.tsx'

interface SuggestFieldProps {
  readonly label: string
  readonly placeholder?: string
  /** The value in the address; the text box may be a few letters ahead of it. */
  readonly value: string
  readonly onChange: (value: string) => void
  readonly suggestions: readonly string[]
  readonly error?: string | null
  readonly className?: string | undefined
}

const typingPauseMs = 250
/**
 * A text box with suggestions. It reports the text after a pause in the typing.
 */
export function SuggestField({
  label,
  placeholder = label,
  value,
  onChange,
  suggestions,
  error = null,
  className,
}: SuggestFieldProps) {
  const [text, setText] = useState(value)
  const passedOn = useRef(value)
  const passOn = useDebouncedCallback((next: string) => {
    passedOn.current = next
    onChange(next)
  }, typingPauseMs)
  // Changed from outside, for instance by "Clear filter"; not the echo of what was typed here.
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
    <SuggestInput
      className={className}
      aria-label={label}
      placeholder={placeholder}
      suggestions={suggestions}
      value={text}
      error={error}
      onChange={change}
      rightSection={
        text === '' ? null : (
          <CloseButton size="sm" aria-label={`Clear ${label}`} onClick={() => change('')} />
        )
      }
    />
  )
}
