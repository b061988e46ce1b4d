import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** The cost of one run. Null if it was not measured. */
export interface Sample {
  readonly seconds: number
  /** Of all its threads, in user and system mode. */
  readonly cpuSeconds: number | null
  /** The most memory that it had at once. */
  readonly peakBytes: number | null
}

/** One way of doing the work. */
export interface Contender {
  readonly name: string
  /** Only this many rounds: it takes too long, or can be done only once. */
  readonly rounds?: number
  run(): Promise<Sample>
}

export interface Row {
  readonly name: string
  readonly seconds: { readonly median: number; readonly from: number; readonly to: number }
  readonly cpuSeconds: number | null
  readonly peakBytes: number | null
  /** How many times faster than the reference: the median of the ratios, run by run. */
  readonly timesFaster: number
}

export interface Comparison {
  readonly work: string
  readonly runs: number
  /** The first is the reference. */
  readonly rows: readonly Row[]
}

/** Prints the progress to a stream that does not get into the tables. */
export const progress = (line: string): void =>
  void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

const medianOrNull = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : median(known)
}

/**
 * Runs the contenders in turn for several rounds, so that other load on the machine affects all of
 * them. The first is the reference.
 */
export async function compare(
  work: string,
  runs: number,
  contenders: readonly Contender[],
): Promise<Comparison> {
  const samples: Sample[][] = contenders.map(() => [])
  for (let round = 0; round < runs; round += 1) {
    for (const [position, contender] of contenders.entries()) {
      if (round >= (contender.rounds ?? runs)) continue
      const sample = await contender.run()
      samples[position]?.push(sample)
      progress(`${work}: ${contender.name}: ${sample.seconds.toFixed(2)} s`)
    }
  }
  const rows = contenders.map(({ name }, position): Row => {
    const own = samples[position] ?? []
    const seconds = own.map((sample) => sample.seconds)
    return {
      name,
      seconds: { median: median(seconds), from: Math.min(...seconds), to: Math.max(...seconds) },
      cpuSeconds: medianOrNull(own.map((sample) => sample.cpuSeconds)),
      peakBytes: medianOrNull(own.map((sample) => sample.peakBytes)),
      timesFaster: median(
        seconds.map((value, round) => {
          const reference = samples[0]?.[round] ?? samples[0]?.at(-1)
          return (reference?.seconds ?? Number.NaN) / value
        }),
      ),
    }
  })
  return { work, runs, rows }
}

/** The most memory that a process ever had, as reported by Linux; null elsewhere. */
export function peakBytesOf(processId: number): number | null {
  try {
    const status = readFileSync(`/proc/${processId}/status`, 'utf8')
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(status)?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) * 1024
  } catch {
    return null
  }
}

const childrenOf = (processId: number): number[] => {
  try {
    const text = readFileSync(`/proc/${processId}/task/${processId}/children`, 'utf8')
    return text.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/**
 * How often the memory of a command is read, in milliseconds. It only grows, so the last value
 * counts.
 */
const lookMs = 10

export interface CommandSample extends Sample {
  readonly output: string
}

/** Runs a whole command, from start to exit. Rejects if it fails. */
export function measureCommand(command: readonly string[]): Promise<CommandSample> {
  // The shell's own `time` exists everywhere, and knows the processor time of its command.
  const script = 'TIMEFORMAT="times %R %U %S"; time "$@"'
  // With it, Node.js 20 reads all certificates of the machine at each start: 40 ms more.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env
  const child = spawn('bash', ['-c', script, 'bash', ...command], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, complaints] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4000)
  })
  let peakBytes: number | null = null
  const look = setInterval(() => {
    for (const processId of childrenOf(child.pid ?? 0)) {
      peakBytes = Math.max(peakBytes ?? 0, peakBytesOf(processId) ?? 0)
    }
  }, lookMs)
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      clearInterval(look)
      const times = /times ([\d.]+) ([\d.]+) ([\d.]+)\s*$/.exec(complaints)?.slice(1).map(Number)
      const [seconds = 0, user = 0, system = 0] = times ?? []
      if (code === 0 && times) resolve({ seconds, cpuSeconds: user + system, peakBytes, output })
      else reject(new Error(`${command.join(' ')} ended with ${code}: ${complaints}`))
    })
  })
}
