/** How soon to ask again where an answer says that a newer one is being prepared. */
export const askAgainMs = 2_000

/** The interval after which to fetch such an answer again; `otherwise` while it is current. */
export const untilCurrent =
  (otherwise: number | false) =>
  ({
    state,
  }: {
    readonly state: { readonly data?: { readonly isCurrent: boolean } | undefined }
  }) =>
    state.data?.isCurrent === false ? askAgainMs : otherwise
