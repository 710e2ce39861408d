import { Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { ItemOutcome } from '../../../contract/words.ts'
import { api, type Run, type RunItem } from '../../api.ts'
import { EmptyNotice, ProblemNotice } from '../../components/notices.tsx'
import { usePaged } from '../../components/paged.ts'
import { useRowHeight } from '../../components/row-height.ts'
import { isOpen, outcomeCounts } from '../../components/run-words.ts'
import { VirtualTable } from '../../components/virtual-table.tsx'
import classes from './runs.module.css'

/** The people of a run, all or those with one outcome. */
export function RunItems({ run, outcome }: { run: Run; outcome: ItemOutcome | undefined }) {
  const list = usePaged(['runs', 'items', run.id, outcome ?? 'all'], (cursor) =>
    api('GET /runs/{id}/items', { params: { id: run.id }, query: { limit: 200, cursor, outcome } }),
  )
  const rowHeight = useRowHeight()
  const { action, counts, state, dryRun } = run
  const words = new Map(
    outcomeCounts({ action, counts, state, dryRun }).map((one) => [one.outcome, one.words]),
  )
  const wordKey = [...words.values()].join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words change only with the key
  const cells = useCallback((item: RunItem) => <ItemCells item={item} words={words} />, [wordKey])
  if (list.error && list.rows.length === 0) return <ProblemNotice error={list.error} onRetry={list.retry} />
  return (
    <VirtualTable
      key={outcome ?? 'all'}
      label="People of this run"
      total={list.loading ? 10 : list.total}
      rows={list.rows}
      rowHeight={rowHeight}
      grid={classes.items}
      onReach={list.reach}
      cells={cells}
      empty={
        !list.loading && (
          <EmptyNotice title={isOpen(run) ? 'Nobody here yet' : 'Nobody'}>
            <p>No person of this run has this outcome.</p>
          </EmptyNotice>
        )
      }
      header={
        <>
          <th scope="col">Name</th>
          <th scope="col">Outcome</th>
          <th scope="col">Account</th>
          <th scope="col">Why</th>
        </>
      }
    />
  )
}

function ItemCells({ item, words }: { item: RunItem; words: Map<ItemOutcome, string> }) {
  const why = item.failure
    ? `${item.failure.sentence} ${item.failure.nextStep}`
    : item.evidence.map(({ words: reason, value }) => (value ? `${reason} (${value})` : reason)).join('; ')
  return (
    <>
      <td className={`${classes.title} clip`}>
        <Link to="/settings/staff" search={{ active: 'all', search: item.accountId, person: item.accountId }}>
          {item.displayName}
        </Link>
      </td>
      <td className={`${classes.state} clip`}>
        {item.outcome === 'needs_mapping' ? 'needs mapping' : words.get(item.outcome)}
      </td>
      <td className={`${classes.by} clip`}>{item.login}</td>
      <td className={`${classes.result} clip soft`} title={why}>
        {why}
      </td>
    </>
  )
}
