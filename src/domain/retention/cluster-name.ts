/** Lower-case letters, digits and `. _ -` between them, at most 63 characters. */
export const isClusterName = (name: string): boolean =>
  /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/.test(name)
