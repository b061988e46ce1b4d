import type { WireAccount } from '#contract/accounts/accounts.ts'
import { useMediaQuery } from '@mantine/hooks'
import { useSession } from '#web/api/session-context.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import type { ListRows } from '#web/components/table/list-rows.ts'
import { VirtualTable } from '#web/components/table/virtual-table.tsx'
import { accessSummary } from './access/access-labels.ts'
import classes from './people.module.css'

interface PeopleTableProps {
  readonly list: ListRows<WireAccount>
  readonly onOpen: (name: string) => void
}

export function PeopleTable({ list, onOpen }: PeopleTableProps) {
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  const rowHeight = isNarrow ? 60 : 44
  return (
    <VirtualTable
      label="People"
      list={list}
      rowHeight={rowHeight}
      head={
        <>
          <th>Name</th>
          <th className={classes.role}>Role</th>
          <th className={classes.access}>Access</th>
          <th className={classes.signedIn}>Last sign-in</th>
          <th className={classes.status}>Status</th>
        </>
      }
      renderRow={(account, rowIndex) => (
        <Row
          key={account.name}
          account={account}
          rowIndex={rowIndex}
          rowHeight={rowHeight}
          onOpen={() => onOpen(account.name)}
        />
      )}
    />
  )
}

interface RowProps {
  readonly account: WireAccount
  readonly rowIndex: number
  readonly rowHeight: number
  readonly onOpen: () => void
}

function Row({ account, rowIndex, rowHeight, onOpen }: RowProps) {
  const session = useSession()
  const { name, isAdmin, isActive, lastSignedInAt } = account
  const access = accessSummary(account)
  return (
    <tr
      className={classes.row}
      data-inactive={!isActive || undefined}
      aria-rowindex={rowIndex}
      style={{ height: rowHeight }}
    >
      <th scope="row">
        <span className={classes.nameLine}>
          <button type="button" className={classes.name} onClick={onOpen}>
            {name}
          </button>
          {name === session.name && <span className={classes.note}>you</span>}
        </span>
        <div className={`${classes.narrowOnly} ${classes.note}`}>
          {isAdmin ? 'Administrator' : access}
        </div>
      </th>
      <td className={classes.role}>
        {isAdmin ? 'Administrator' : <span className={classes.dimmed}>Member</span>}
      </td>
      <td className={classes.access} title={access}>
        <span className={isAdmin || account.grants.length === 0 ? classes.dimmed : undefined}>
          {access}
        </span>
      </td>
      <td className={classes.signedIn}>
        {lastSignedInAt ? (
          <RelativeTime at={lastSignedInAt} />
        ) : (
          <span className={classes.dimmed}>not yet</span>
        )}
      </td>
      <td className={classes.status}>
        {isActive ? 'Active' : <b className={classes.disabled}>Disabled</b>}
      </td>
    </tr>
  )
}
