import { pushModes } from '#domain/policy/collection-policy.ts'
import { Checkbox, Group, Input, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useId } from 'react'
import { SelectField } from '#web/components/form/select-field.tsx'
import { untaggedAgeHours, type PolicyMistakes } from './policy-draft.ts'
import { pushModeWords } from './policy-labels.ts'
import { UntaggedEffect } from './untagged-effect.tsx'
import type { SettingsForm } from './use-settings-form.ts'

interface PolicyFieldsProps {
  readonly form: SettingsForm
  readonly mistakes: PolicyMistakes
}

/** Looking at a field does not edit it. */
const field = { withFocus: false } as const
const checkbox = { type: 'checkbox', withFocus: false } as const

/** The rest of the policy: the time limit, what happens to pushes, what is kept. */
export function PolicyFields({ form, mistakes }: PolicyFieldsProps) {
  const { policy: draft } = form.values
  const ageHours = untaggedAgeHours(draft)
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg" verticalSpacing="md">
      <Stack gap="md">
        <Radio.Group
          label="A collection runs"
          value={draft.isLimited ? 'limited' : 'done'}
          onChange={(value) => form.setFieldValue('policy.isLimited', value === 'limited')}
        >
          <Group gap="md" mt={4} align="flex-start">
            <Radio value="done" label="until done" mt={8} />
            <Group gap="xs" align="flex-start">
              <Radio value="limited" label="for at most" mt={8} />
              <TextInput
                w={88}
                aria-label="Minutes"
                inputMode="numeric"
                {...form.getInputProps('policy.limitMinutes', field)}
                disabled={!draft.isLimited}
                error={mistakes.limitMinutes}
                rightSection="min"
                rightSectionWidth={40}
                styles={{ error: { whiteSpace: 'nowrap' } }}
              />
            </Group>
          </Group>
        </Radio.Group>
        <PeriodField
          label="Keep deleted images at least"
          description="0: until the next collection"
          form={form}
          path="policy.retention"
          error={mistakes.retention}
        />
        <Stack gap="xs">
          <Checkbox
            label="Also collect untagged images"
            description="Images that no tag points at any more."
            {...form.getInputProps('policy.collectUntagged', checkbox)}
          />
          {draft.collectUntagged && (
            <>
              <PeriodField
                label="Untagged images older than"
                form={form}
                path="policy.untaggedAge"
                error={mistakes.untaggedAge}
              />
              {ageHours !== null && <UntaggedEffect ageHours={ageHours} />}
            </>
          )}
        </Stack>
        <Checkbox
          label="Accept indexes with missing platforms"
          description="For mirrors of some platforms only. Pulls of the others fail, also where one was left out by mistake; a verification counts them as absent, not as damage."
          {...form.getInputProps('policy.acceptSparseIndexes', checkbox)}
        />
      </Stack>
      <Radio.Group label="While it runs" {...form.getInputProps('policy.whileCollecting', field)}>
        <Stack gap={6} mt={4}>
          {pushModes.map((mode) => (
            <Radio
              key={mode}
              value={mode}
              label={pushModeWords[mode].label}
              description={pushModeWords[mode].effect}
            />
          ))}
        </Stack>
      </Radio.Group>
    </SimpleGrid>
  )
}

interface PeriodFieldProps {
  readonly label: string
  readonly description?: string
  readonly form: SettingsForm
  readonly path: 'policy.retention' | 'policy.untaggedAge'
  readonly error: string | undefined
}

const periodUnits = ['hours', 'days'].map((unit) => ({ value: unit, label: unit }))

function PeriodField({ label, description, form, path, error }: PeriodFieldProps) {
  const fieldId = useId()
  const unit = form.getInputProps(`${path}.unit`, field)
  return (
    <Input.Wrapper label={label} description={description} error={error} id={fieldId}>
      <Group gap="xs" mt={4} wrap="nowrap">
        <TextInput
          id={fieldId}
          w={88}
          inputMode="numeric"
          {...form.getInputProps(`${path}.amount`, field)}
          error={error !== undefined}
        />
        <SelectField
          w={104}
          aria-label={`${label}: unit`}
          data={periodUnits}
          value={String(unit.value)}
          onChange={unit.onChange}
        />
      </Group>
    </Input.Wrapper>
  )
}
