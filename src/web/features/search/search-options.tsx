import { LongName } from '#web/entities/long-name.tsx'
import { Combobox } from '@mantine/core'
import { IconArrowRight, IconPackage, IconTag } from '@tabler/icons-react'
import { formatCount } from '#web/components/text/count-of.ts'
import type { DestinationGroup } from './destinations.ts'
import classes from './search-dialog.module.css'

const icons = { page: IconArrowRight, repository: IconPackage, tag: IconTag } as const

export function SearchOptions({ groups }: { readonly groups: readonly DestinationGroup[] }) {
  return (
    <Combobox.Options aria-label="Results">
      {groups.map(({ label, kind, destinations, more }) => {
        const Icon = icons[kind]
        return (
          <Combobox.Group key={kind} label={label}>
            {destinations.map(({ path, label: name, detail }) => (
              <Combobox.Option key={path} value={path} className={classes.option}>
                <Icon size={16} stroke={1.75} aria-hidden />
                <span className={classes.name}>
                  <LongName text={name} />
                </span>
                {detail !== null && <span className={classes.detail}>{detail}</span>}
              </Combobox.Option>
            ))}
            {more > 0 && (
              <div className={classes.more} role="presentation">
                and {formatCount(more)} more: type on to narrow them
              </div>
            )}
          </Combobox.Group>
        )
      })}
    </Combobox.Options>
  )
}
