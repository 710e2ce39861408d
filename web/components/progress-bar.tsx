import classes from './progress-bar.module.css'

/** How far a run is. `label` names it for screen readers. */
export function ProgressBar({ done, total, label }: { done: number; total: number; label: string }) {
  const share = total > 0 ? done / total : 0
  return (
    <div
      className={classes.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
    >
      <div className={classes.fill} style={{ transform: `scaleX(${share})` }} />
    </div>
  )
}
