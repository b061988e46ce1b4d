/** Lists answer in pages: `pageStart` is opaque and comes from a header of the previous page. */
export const paging = {
  defaultPageSize: 10,
  maximumPageSize: 1000,
  nextPageStartHeader: 'X-Next-Page-Start',
  /** Sent with `count=true`: the number of items over all pages. */
  resourceCountHeader: 'X-Resource-Count',
  /** Sent with `startAt`: how many items of the list are before the first of the answer. */
  resourceIndexHeader: 'X-Resource-Index',
} as const
