import classes from './virtual-table.module.css'

/** A row that takes the space of rows that are not rendered. */
export function Spacer({ height }: { readonly height: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden className={classes.spacer}>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- hidden, as its row is */}
      <td style={{ height }} />
    </tr>
  )
}
