import type { Clock } from '#domain/time/clock.ts'
import type { RunningGuard } from '#services/retention/running/running-guard.ts'
import type { MetricFamily } from './exposition.ts'

/** How old what clusters reported is, and whether that keeps rules from cleaning. */
export async function runningFamilies(
  running: Pick<RunningGuard, 'look'>,
  clock: Clock,
): Promise<readonly MetricFamily[]> {
  const looks = await running.look()
  return [
    {
      name: 'jetsam_running_report_age_seconds',
      help: 'How long ago each cluster, or the file, said what it runs.',
      type: 'gauge',
      samples: looks.flatMap(({ cluster, reportedAtMs }) =>
        reportedAtMs === null
          ? []
          : [{ labels: { cluster }, value: (clock.nowMs() - reportedAtMs) / 1000 }],
      ),
    },
    {
      name: 'jetsam_running_report_bad',
      help: 'Whether the report of a cluster is missing, too old or unreadable, so that nothing is cleaned by rule.',
      type: 'gauge',
      samples: looks.map(({ cluster, problem }) => ({
        labels: { cluster },
        value: problem === null ? 0 : 1,
      })),
    },
  ]
}
