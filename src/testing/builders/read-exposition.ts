/**
 * Parses Prometheus' text format 0.0.4 as strictly as Prometheus does. Throws at the first invalid
 * line. Values are by series, written `name{label="value"}` with labels as sent.
 */
export function readExposition(text: string): {
  readonly values: ReadonlyMap<string, number>
  readonly types: ReadonlyMap<string, string>
} {
  const values = new Map<string, number>()
  const types = new Map<string, string>()
  const helps = new Set<string>()
  const closed = new Set<string>()
  let family = ''
  const begin = (name: string): void => {
    if (name === family) return
    if (closed.has(name)) throw new Error(`the lines of ${name} are apart`)
    closed.add(family)
    family = name
  }
  if (!text.endsWith('\n')) throw new Error('the last line must end with a line feed')
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line)
    if (comment) {
      const [, kind, name = '', rest = ''] = comment
      begin(name)
      if (kind === 'HELP') {
        if (helps.has(name)) throw new Error(`a second HELP of ${name}`)
        if (!/^(?:[^\\]|\\[\\n])*$/.test(rest)) throw new Error(`a wrong escape: ${line}`)
        helps.add(name)
      } else {
        if (types.has(name)) throw new Error(`a second TYPE of ${name}`)
        if (!/^(?:counter|gauge|histogram)$/.test(rest)) throw new Error(`no type: ${line}`)
        types.set(name, rest)
      }
      continue
    }
    const sample =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (\S+)$/.exec(
        line,
      )
    if (!sample) throw new Error(`no sample: ${line}`)
    const [, name = '', labels = '', number = ''] = sample
    const value = number === '+Inf' ? Infinity : number === '-Inf' ? -Infinity : Number(number)
    if (Number.isNaN(value) && number !== 'NaN') throw new Error(`no value: ${line}`)
    const base =
      types.get(family) === 'histogram' ? name.replace(/_(?:bucket|sum|count)$/, '') : name
    if (base !== family) throw new Error(`${name} has no TYPE before it`)
    if (values.has(name + labels)) throw new Error(`twice: ${name}${labels}`)
    values.set(name + labels, value)
  }
  for (const name of types.keys()) if (!helps.has(name)) throw new Error(`${name} has no HELP`)
  return { values, types }
}
