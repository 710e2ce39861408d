import { Ban, CircleAlert, CircleCheck, CirclePause, LoaderCircle } from 'lucide-react'
import type { Run } from '../../api.ts'
import { runStateWords } from '../../components/run-words.ts'
import classes from './runs.module.css'

const icons: Record<Run['state'], typeof CircleCheck> = {
  queued: CirclePause,
  running: LoaderCircle,
  waiting: CirclePause,
  finished: CircleCheck,
  cancelled: Ban,
  stopped: CircleAlert,
}

/** The state of a run as a shape and a word. */
export function RunState({ run }: { run: Pick<Run, 'state'> }) {
  const Icon = icons[run.state]
  return (
    <span className={classes.badge} data-state={run.state}>
      <Icon size={14} aria-hidden="true" />
      {runStateWords[run.state]}
    </span>
  )
}
