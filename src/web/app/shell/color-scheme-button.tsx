import { ActionIcon, useMantineColorScheme } from '@mantine/core'
import type { ComponentPropsWithRef } from 'react'
import { colorSchemes } from './color-schemes.ts'

export function ColorSchemeButton(props: ComponentPropsWithRef<'button'>) {
  const { colorScheme } = useMantineColorScheme()
  const { Icon } = colorSchemes.find(({ value }) => value === colorScheme) ?? colorSchemes[2]
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" {...props} aria-label="Colour scheme">
      <Icon size={18} stroke={1.75} aria-hidden />
    </ActionIcon>
  )
}
