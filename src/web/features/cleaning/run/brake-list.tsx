import type { WireRetentionSettings } from '#contract/rules/retention-runs.ts'
import { List } from '@mantine/core'
import { asSentence } from '#web/api/api-error.ts'
import { FoldedRows } from '#web/components/table/folded-rows.tsx'

type Brake = NonNullable<WireRetentionSettings['waiting']>['brakes'][number]

/** Why each brake holds. */
const meanings: Readonly<Record<string, string>> = {
  'first run': 'First runs wait, so that a person sees what a policy takes before it takes it.',
  'matches everything': 'Such a rule is often a slip, so it waits whatever the settings say.',
  'share of tags': 'That is more than one run may take of a repository.',
  'share of bytes': 'That is more than one run may take of the registry, so the whole run waits.',
  'number of images': 'That is more than one run may take, so the whole run waits.',
}

/** What waits for an administrator, and why. */
export const BrakeList = ({ brakes }: { readonly brakes: readonly Brake[] }) => (
  <FoldedRows rows={brakes} one="reason" many="reasons">
    {(shown) => (
      <List size="sm" mt="xs">
        {shown.map(({ reason, repository, message }) => (
          <List.Item key={`${repository ?? ''} ${reason}`}>
            {repository !== null && <b>{repository}: </b>}
            {asSentence(message)} {meanings[reason]}
          </List.Item>
        ))}
      </List>
    )}
  </FoldedRows>
)
