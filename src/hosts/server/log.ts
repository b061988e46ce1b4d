export type LogLevel = 'info' | 'warn' | 'error'

/** The server's own log, on standard output. Never contains a password, a token or a cookie. */
export interface Log {
  (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** `text`: for people at a terminal. `json`: one object per line, for log collectors. */
export function createLog(
  format: 'text' | 'json',
  write: (line: string) => void,
  nowMs: () => number,
): Log {
  return (level, message, fields = {}) => {
    const time = new Date(nowMs()).toISOString()
    if (format === 'json') return write(JSON.stringify({ time, level, message, ...fields }))
    const extra = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
    write(`${time} ${level.padEnd(5)} ${message}${extra.join('')}`)
  }
}
