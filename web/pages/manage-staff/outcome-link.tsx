import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ItemOutcome } from '../../../contract/words.ts'
import type { Run } from '../../api.ts'

/**
 * A count of a run as a link to the people behind it: in the list, where they have a state that can be filtered
 * for, otherwise in the run itself.
 */
export function OutcomeLink({
  run,
  outcome,
  children,
}: {
  run: Run
  outcome: ItemOutcome
  children: ReactNode
}) {
  const filterable = outcome === 'connected' || outcome === 'needs_mapping' || outcome === 'failed'
  if (filterable && !run.dryRun && run.action !== 'disconnect') {
    return (
      <Link to="/settings/staff" search={{ app: run.app, status: outcome, active: 'all' }} className="link">
        {children}
      </Link>
    )
  }
  return (
    <Link to="/settings/runs/$id" params={{ id: run.id }} search={{ outcome }} className="link">
      {children}
    </Link>
  )
}
