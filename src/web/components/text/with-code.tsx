import { Fragment } from 'react'

/** A text of the server as a sentence: what stands between backticks is code. */
export const WithCode = ({ text }: { readonly text: string }) =>
  (text.charAt(0).toUpperCase() + text.slice(1)).split('`').map((part, position) =>
    position % 2 === 1 ? (
      // A text never changes its parts.
      // oxlint-disable-next-line react/no-array-index-key
      <code key={position}>{part}</code>
    ) : (
      // oxlint-disable-next-line react/no-array-index-key
      <Fragment key={position}>{part}</Fragment>
    ),
  )
