import { hasDetail, plainReason } from './plain-reason.ts'
import classes from './reason-detail.module.css'

/** Why something failed, in plain words; the server's own words are one click away. */
export const ReasonWithDetail = ({ reason }: { readonly reason: string }) => (
  <>
    {plainReason(reason)}
    {hasDetail(reason) && <Detail reason={reason} />}
  </>
)

/** The server's own words. */
export const Detail = ({ reason }: { readonly reason: string }) => (
  <details className={classes.root}>
    <summary>Details</summary>
    <code>{reason}</code>
  </details>
)
