import { Text } from '@mantine/core'
import { IconServer2 } from '@tabler/icons-react'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { CommandBlock } from '#web/components/form/command-block.tsx'
import classes from './no-reports.module.css'
import { reportCommands } from './report-commands.ts'

/** Nothing reports what it runs: what that means, and how a cluster begins. */
export const NoReports = () => (
  <EmptyState title="No cluster reports yet" icon={<IconServer2 size={28} stroke={1.5} />}>
    <p>
      Rules can’t tell which images run. Once a cluster reports what it runs, every few minutes,
      rules keep that, and a person deletes it only by typing its name.
    </p>
    <div className={classes.commands}>
      {reportCommands.map(({ from, command }) => (
        <section key={from} aria-label={`From ${from}`}>
          <Text size="sm" fw={600}>
            From {from}
          </Text>
          <CommandBlock
            what={`command for ${from}`}
            commands={[`JETSAM=${window.location.origin}`, command]}
          />
        </section>
      ))}
    </div>
    <p>
      <code>$NAME</code> and <code>$TOKEN</code> are an account and its access token, which the
      settings of cleaning name for the cluster; administrators use their password.
    </p>
  </EmptyState>
)
