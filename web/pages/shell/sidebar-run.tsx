import { useQuery } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { formatNumber } from '../../components/format.ts'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { runDone, runStage, runTitle } from '../../components/run-words.ts'
import { openRunsQuery } from '../../queries.ts'
import classes from './sidebar.module.css'

/** The run under way, on every page but Manage Staff, which shows it in full. */
export function SidebarRun() {
  const { data: runs } = useQuery(openRunsQuery)
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const run = runs?.[0]
  if (!run || pathname === '/settings/staff') return null
  const title = runTitle(run, true)
  return (
    <Link to="/settings/runs/$id" params={{ id: run.id }} className={classes.run}>
      <div>{title}</div>
      <div style={{ margin: '6px 0 4px' }}>
        <ProgressBar done={runDone(run)} total={run.counts.selected} label={title} />
      </div>
      <div className="soft number">
        {run.counts.selected > 0
          ? `${formatNumber(runDone(run))} of ${formatNumber(run.counts.selected)}`
          : runStage(run)}
      </div>
    </Link>
  )
}
