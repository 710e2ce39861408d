import { Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { api, type Run } from '../../api.ts'
import { formatNumber } from '../../components/format.ts'
import { ButtonLink } from '../../components/links.tsx'
import { EmptyNotice, ProblemNotice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { usePaged } from '../../components/paged.ts'
import { useRowHeight } from '../../components/row-height.ts'
import { isOpen, outcomeCounts, runStage, runTitle } from '../../components/run-words.ts'
import { Time } from '../../components/time.tsx'
import { VirtualTable } from '../../components/virtual-table.tsx'
import { RunState } from './run-state.tsx'
import classes from './runs.module.css'

/** Every run, newest first. */
export function Runs() {
  const list = usePaged(['runs', 'list'], (cursor) => api('GET /runs', { query: { limit: 100, cursor } }))
  const rowHeight = useRowHeight()
  const cells = useCallback((run: Run) => <RunCells run={run} />, [])
  return (
    <>
      <PageHeader title="Runs" />
      {list.error && list.rows.length === 0 ? (
        <ProblemNotice error={list.error} onRetry={list.retry} />
      ) : (
        <VirtualTable
          label="Runs"
          total={list.loading ? 5 : list.total}
          rows={list.rows}
          rowHeight={rowHeight}
          grid={classes.runs}
          onReach={list.reach}
          cells={cells}
          empty={!list.loading && <NoRuns />}
          header={
            <>
              <th scope="col">Run</th>
              <th scope="col">State</th>
              <th scope="col">Result</th>
              <th scope="col">By</th>
              <th scope="col">Started</th>
            </>
          }
        />
      )}
    </>
  )
}

function RunCells({ run }: { run: Run }) {
  const counts = outcomeCounts(run)
    .filter(({ count }) => count > 0)
    .map(({ count, words }) => `${formatNumber(count)} ${words}`)
  const result = isOpen(run) && run.counts.selected === 0 ? runStage(run) : counts.join(' · ')
  return (
    <>
      <td className={`${classes.title} clip`}>
        <Link to="/settings/runs/$id" params={{ id: run.id }}>
          {runTitle(run, isOpen(run))}
        </Link>
      </td>
      <td className={classes.state}>
        <RunState run={run} />
      </td>
      <td className={`${classes.result} clip number soft`}>{run.failure?.sentence ?? result}</td>
      <td className={`${classes.by} clip soft`}>{run.createdBy}</td>
      <td className={`${classes.when} clip soft`}>
        <Time at={run.startedAt ?? run.createdAt} />
      </td>
    </>
  )
}

function NoRuns() {
  return (
    <EmptyNotice title="No run yet">
      <p>A run connects many people in one action. Select them under Manage Staff, then choose Actions.</p>
      <ButtonLink to="/settings/staff">Manage Staff</ButtonLink>
    </EmptyNotice>
  )
}
