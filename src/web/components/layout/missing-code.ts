/** Code of the dashboard that cannot be loaded: offline, or the server has another version by now. */
export class MissingCodeError extends Error {
  override readonly name = 'MissingCodeError'
}
