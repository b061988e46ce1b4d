/** Who does something, and from where, as the activity log keeps it. */
export interface Actor {
  /** The account's name; null: the schedule, or the server itself. */
  readonly name: string | null
  /** The address the request came from; null where there is none. */
  readonly from: string | null
}

/** The schedule, the start-up, the shutdown: nobody at a keyboard. */
export const theServer: Actor = { name: null, from: null }
