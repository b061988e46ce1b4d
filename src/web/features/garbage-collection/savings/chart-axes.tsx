import type { ChartFrame } from './chart-frame.ts'
import classes from './savings-chart.module.css'

/** Lines and words of both axes. */
export const ChartAxes = ({ frame }: { readonly frame: ChartFrame }) => (
  <g aria-hidden>
    {frame.byteTicks.map(({ value, label }) => (
      <g key={value}>
        <line
          className={value === 0 ? classes.base : classes.grid}
          x1={frame.left}
          x2={frame.right}
          y1={frame.y(value)}
          y2={frame.y(value)}
        />
        <text className={classes.words} x={frame.left - 8} y={frame.y(value)} dy="0.32em" data-end>
          {label}
        </text>
      </g>
    ))}
    {frame.timeTicks.map(({ value, label }) => (
      <g key={value}>
        <line
          className={classes.base}
          x1={frame.x(value)}
          x2={frame.x(value)}
          y1={frame.lane + 10}
          y2={frame.lane + 14}
        />
        <text className={classes.words} x={frame.x(value)} y={frame.lane + 28}>
          {label}
        </text>
      </g>
    ))}
  </g>
)
