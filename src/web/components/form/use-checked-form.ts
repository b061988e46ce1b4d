import { useForm, type FormErrors, type UseFormReturnType } from '@mantine/form'
import type { UseMutationResult } from '@tanstack/react-query'
import { useRef, type FormEvent } from 'react'
import { fieldError } from './field-error.ts'

interface CheckedFormOptions<Values> {
  readonly initialValues: Values
  /** What is wrong, by field; a field without a mistake is absent or null. */
  readonly mistakesIn: (values: Values) => FormErrors
  /** Saves the values. A refusal that names a field is shown at it, until the next change. */
  readonly saving: Pick<UseMutationResult<unknown, Error, never>, 'error' | 'isPending' | 'reset'>
}

interface CheckedForm<Values> extends Pick<
  UseFormReturnType<Values>,
  'values' | 'getInputProps' | 'setFieldValue' | 'errors'
> {
  /** The handler of the form's submit event: calls `save` if nothing is wrong or being saved. */
  readonly submitTo: (save: (values: Values) => void) => (event: FormEvent<HTMLFormElement>) => void
}

/**
 * A form that shows mistakes from the first attempt to save on, not while the person types before
 * it. From then on they follow each change.
 */
export function useCheckedForm<Values extends object>({
  initialValues,
  mistakesIn,
  saving,
}: CheckedFormOptions<Values>): CheckedForm<Values> {
  const isTried = useRef(false)
  const form = useForm<Values>({
    initialValues,
    validate: mistakesIn,
    // A mistake goes when it is mended, not when its field changes.
    clearInputErrorOnChange: false,
    onValuesChange: (values) => {
      saving.reset()
      if (isTried.current) form.setErrors(mistakesIn(values))
    },
    enhanceGetInputProps: ({ inputProps, field }) => ({
      error: inputProps.error ?? fieldError(saving.error, String(field)),
    }),
  })
  const { values, getInputProps, setFieldValue, errors } = form
  return {
    values,
    getInputProps,
    setFieldValue,
    errors,
    submitTo: (save) => (event) => {
      isTried.current = true
      form.onSubmit((checked) => {
        if (!saving.isPending) save(checked)
      })(event)
    },
  }
}
