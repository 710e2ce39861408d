import { Button, Skeleton } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api, problemCode, type Run } from '../../api.ts'
import { FailureText } from '../../components/failure-text.tsx'
import { formatNumber, formatRate, formatTimeLeft } from '../../components/format.ts'
import { NoSuch, ProblemLine, ProblemNotice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { isOpen, outcomeCounts, runDone, runStage, runTitle } from '../../components/run-words.ts'
import { Time } from '../../components/time.tsx'
import { storeRun } from '../../live.ts'
import { runQuery } from '../../queries.ts'
import { RunItems } from './run-items.tsx'
import { RunState } from './run-state.tsx'
import classes from './runs.module.css'

const route = getRouteApi('/shell/settings/settings/runs/$id')

/** One run: how it goes or went, counts that add up, and what became of each person. */
export function RunDetail() {
  const { id } = route.useParams()
  const { outcome } = route.useSearch()
  const { data: run, error, refetch } = useQuery(runQuery(id))
  // An id that no run can have is refused as bad input before it is looked for.
  if (!run && ['not_found', 'input_invalid'].includes(problemCode(error) ?? '')) {
    return <NoSuch what="run" back="/settings/runs" />
  }
  if (error && !run) return <ProblemNotice error={error} onRetry={() => refetch()} />
  if (!run) return <Skeleton height={160} m={24} />
  return (
    <>
      <PageHeader title={runTitle(run, isOpen(run))}>{isOpen(run) && <CancelButton run={run} />}</PageHeader>
      <div className={classes.facts}>
        <RunState run={run} />
        <span className="soft">
          by {run.createdBy}, <Time at={run.createdAt} />
        </span>
        {isOpen(run) && <Pace run={run} />}
        {run.dryRun && <span className="soft">Nothing is changed by a dry run.</span>}
      </div>
      {run.failure && (
        <section className={classes.failure} aria-label="What stopped it">
          <FailureText failure={run.failure} />
          <Link to="/settings/apps/$app" params={{ app: run.app }} className="link">
            Open Settings › Apps
          </Link>
        </section>
      )}
      <nav className={classes.outcomes} aria-label="Outcomes">
        <Link
          to="/settings/runs/$id"
          params={{ id }}
          search={{}}
          className={classes.outcome}
          data-on={!outcome}
        >
          <strong className="number">{formatNumber(run.counts.selected)}</strong> selected
        </Link>
        {outcomeCounts(run).map((one) => (
          <Link
            key={one.outcome}
            to="/settings/runs/$id"
            params={{ id }}
            search={{ outcome: one.outcome }}
            className={classes.outcome}
            data-on={outcome === one.outcome}
          >
            <strong className="number">{formatNumber(one.count)}</strong> {one.words}
          </Link>
        ))}
      </nav>
      <RunItems run={run} outcome={outcome} />
    </>
  )
}

function Pace({ run }: { run: Run }) {
  return (
    <>
      <div className={classes.progress}>
        <ProgressBar done={runDone(run)} total={run.counts.selected} label={runTitle(run, true)} />
      </div>
      <span className="soft number">
        {runStage(run)}
        {run.rate !== null && ` · ${formatRate(run.rate)}`}
        {run.secondsLeft !== null && ` · ${formatTimeLeft(run.secondsLeft)}`}
      </span>
    </>
  )
}

function CancelButton({ run }: { run: Run }) {
  const client = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => api('POST /runs/{id}/cancel', { params: { id: run.id } }),
    onSuccess: (cancelled) => storeRun(client, cancelled),
  })
  return (
    <>
      <ProblemLine error={cancel.error} />
      <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
        Cancel
      </Button>
    </>
  )
}
