/** Lists answer in pages: `pageStart` is opaque and comes from the header of the page before. */
export const paging = {
  defaultPageSize: 10,
  maximumPageSize: 1000,
  nextPageStartHeader: 'X-Next-Page-Start',
  /** Sent when `count=true` was asked for: how many there are over all pages. */
  resourceCountHeader: 'X-Resource-Count',
} as const
