/** Why a value was refused: a stable code for programs, a sentence for people. */
export interface Refusal {
  readonly code: string
  readonly message: string
  /** The part of the input that is wrong, if it has parts. */
  readonly field?: string
}

/** The result of every parser: the value, or why there is none. */
export type Result<T, R extends Refusal = Refusal> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: R }

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({
  ok: true,
  value,
})

export const err = <R extends Refusal>(
  refusal: R,
): { readonly ok: false; readonly refusal: R } => ({ ok: false, refusal })
