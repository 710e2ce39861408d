import { type App, appNames, type ItemOutcome, openRunStates, type RunAction } from '../../contract/words.ts'
import type { Run } from '../api.ts'
import { people } from './format.ts'

export function isOpen(run: Run): boolean {
  return (openRunStates as readonly string[]).includes(run.state)
}

/** "Connecting 1,204 people with GitHub" while it goes on, "Connect 1,204 people with GitHub" otherwise. */
export function runTitle(
  run: Pick<Run, 'action' | 'app' | 'dryRun'> & { counts: { selected: number } },
  underWay = false,
): string {
  // A run that was only just started has not counted its people yet.
  const whom = underWay && run.counts.selected === 0 ? 'people' : people(run.counts.selected)
  const title = actionTitle(run.action, run.app, whom, underWay)
  return run.dryRun ? `Dry run: ${title.charAt(0).toLowerCase()}${title.slice(1)}` : title
}

export function actionTitle(action: RunAction, app: App, whom: string, underWay = false): string {
  const name = appNames[app]
  switch (action) {
    case 'connect':
      return `${underWay ? 'Connecting' : 'Connect'} ${whom} with ${name}`
    case 'disconnect':
      return `${underWay ? 'Disconnecting' : 'Disconnect'} ${whom} from ${name}`
    case 'retry':
      return `${underWay ? 'Retrying' : 'Retry'} ${whom} with ${name}`
    case 'accept':
      return `${underWay ? 'Accepting' : 'Accept'} proposals of ${whom} for ${name}`
  }
}

export const runStateWords: Record<Run['state'], string> = {
  queued: 'Queued',
  running: 'Under way',
  waiting: 'Waiting',
  finished: 'Finished',
  cancelled: 'Cancelled',
  stopped: 'Stopped',
}

/** What an open run is at. */
export function runStage(run: Pick<Run, 'state' | 'stage'>): string {
  return run.state === 'queued' ? 'Waiting for its turn' : run.stage
}

export interface OutcomeCount {
  outcome: ItemOutcome
  count: number
  words: string
  /** Where there is little room. */
  short?: string
}

/** The counts in the order in which they are read; together they are the people selected. */
export function outcomeCounts(run: Pick<Run, 'action' | 'counts' | 'state' | 'dryRun'>): OutcomeCount[] {
  const { counts } = run
  const disconnecting = run.action === 'disconnect'
  const left = (openRunStates as readonly string[]).includes(run.state) ? 'to go' : 'waiting'
  return [
    {
      outcome: 'connected',
      count: counts.connected,
      words: `${run.dryRun ? 'would be ' : ''}${disconnecting ? 'disconnected' : 'connected'}`,
    },
    {
      outcome: 'unchanged',
      count: counts.unchanged,
      words: disconnecting ? 'not connected before' : 'already connected',
      short: disconnecting ? undefined : 'already',
    },
    {
      outcome: 'needs_mapping',
      count: counts.needsMapping,
      words: counts.needsMapping === 1 ? 'needs mapping' : 'need mapping',
    },
    { outcome: 'failed', count: counts.failed, words: 'failed' },
    { outcome: 'skipped', count: counts.skipped, words: 'skipped' },
    { outcome: 'pending', count: counts.waiting, words: left },
  ]
}

/** How many people the run has decided about. */
export function runDone(run: Pick<Run, 'counts'>): number {
  return run.counts.selected - run.counts.waiting
}
