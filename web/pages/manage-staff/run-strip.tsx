import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { api, type Run } from '../../api.ts'
import { formatClock, formatNumber, formatRate, formatTimeLeft } from '../../components/format.ts'
import { ButtonLink } from '../../components/links.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import {
  isOpen,
  outcomeCounts,
  runDone,
  runStage,
  runStateWords,
  runTitle,
} from '../../components/run-words.ts'
import { Time } from '../../components/time.tsx'
import { storeRun } from '../../live.ts'
import { latestRunQuery, openRunsQuery } from '../../queries.ts'
import { OutcomeLink } from './outcome-link.tsx'
import classes from './run-strip.module.css'

/**
 * The run under way, or how the last one ended. Its place is always there, so that the table never moves when
 * a run begins, for whoever looks on.
 */
export function RunStrip({ firstStep }: { firstStep: ReactNode }) {
  const { data: open } = useQuery(openRunsQuery)
  const { data: latest } = useQuery(latestRunQuery)
  const run = open?.[0] ?? latest
  return (
    <section className={classes.strip} aria-label="Run">
      {run && (isOpen(run) ? <UnderWay run={run} more={(open?.length ?? 1) - 1} /> : <Summary run={run} />)}
      {run === null && firstStep}
      <Announcer run={run ?? null} />
    </section>
  )
}

function UnderWay({ run, more }: { run: Run; more: number }) {
  const client = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => api('POST /runs/{id}/cancel', { params: { id: run.id } }),
    onSuccess: (cancelled) => storeRun(client, cancelled),
  })
  const title = runTitle(run, true)
  const done = runDone(run)
  return (
    <>
      <div className={classes.body}>
        <strong className="clip">
          {title}
          {more > 0 && <span className="soft"> and {more} more</span>}
        </strong>
        <div className={classes.progress}>
          <ProgressBar done={done} total={run.counts.selected} label={title} />
          {run.counts.selected > 0 && <span className="number">{formatNumber(done)}</span>}
        </div>
        <div className={`${classes.counts} number small`}>
          {run.counts.selected > 0 && <Counts run={run} />}
          <span className="soft">{pace(run)}</span>
        </div>
      </div>
      <div className={classes.buttons}>
        <ButtonLink variant="default" to="/settings/runs/$id" params={{ id: run.id }}>
          Details
        </ButtonLink>
        <Button variant="default" onClick={() => cancel.mutate()} loading={cancel.isPending}>
          Cancel
        </Button>
      </div>
    </>
  )
}

function pace(run: Run): string {
  if (run.waitingUntil) return `${run.failure?.title ?? 'Waiting'} until ${formatClock(run.waitingUntil)}`
  const parts = [
    run.secondsLeft !== null && formatTimeLeft(run.secondsLeft),
    run.rate !== null && formatRate(run.rate),
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(' · ') : runStage(run)
}

function Counts({ run }: { run: Run }) {
  return outcomeCounts(run)
    .filter(({ count, outcome }) => count > 0 || outcome === 'connected')
    .map(({ outcome, count, words, short = words }) => (
      <span key={outcome} className={classes.count}>
        {count === 0 ? (
          `0 ${short}`
        ) : (
          <OutcomeLink run={run} outcome={outcome}>
            {formatNumber(count)} {short}
          </OutcomeLink>
        )}
      </span>
    ))
}

function Summary({ run }: { run: Run }) {
  return (
    <>
      <div className={classes.body}>
        <strong className="clip">{runTitle(run)}</strong>
        <span className="soft small">
          {runStateWords[run.state]} <Time at={run.finishedAt ?? run.createdAt} />
        </span>
        {run.failure ? (
          <span className={`${classes.fault} clip small`}>
            {run.failure.sentence}{' '}
            <Link to="/settings/apps/$app" params={{ app: run.app }} className="link">
              Mend
            </Link>
          </span>
        ) : (
          <div className={`${classes.counts} number small`}>
            <Counts run={run} />
          </div>
        )}
      </div>
      <div className={classes.buttons}>
        <ButtonLink variant="default" to="/settings/runs/$id" params={{ id: run.id }}>
          Details
        </ButtonLink>
      </div>
    </>
  )
}

const sayEvery = 5000

/** Tells screen readers how the run goes: now and then while it goes on, and at its end. */
function Announcer({ run }: { run: Run | null }) {
  const [said, setSaid] = useState('')
  const saidAt = useRef(0)
  const seenOpen = useRef<string | null>(null)
  useEffect(() => {
    if (!run) return
    if (isOpen(run)) seenOpen.current = run.id
    // Only a run that was seen under way has an end worth saying.
    else if (seenOpen.current !== run.id) return
    const due = Date.now() - saidAt.current > sayEvery
    if (isOpen(run) && !due) return
    if (!isOpen(run)) seenOpen.current = null
    saidAt.current = Date.now()
    setSaid(inWords(run))
  }, [run])
  return (
    <p className="hidden-text" role="status">
      {said}
    </p>
  )
}

function inWords(run: Run): string {
  const counts = outcomeCounts(run)
    .filter(({ count }) => count > 0)
    .map(({ count, words }) => `${formatNumber(count)} ${words}`)
  return `${runTitle(run, isOpen(run))}. ${runStateWords[run.state]}: ${counts.join(', ')}.`
}
