import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import type { RunShape } from '../../contract/routes/shapes.ts'
import { type App, appNames, apps, openRunStates, type RunAction } from '../../contract/words.ts'
import { progressLine } from '../progress.ts'
import { selectionOf, withSelection } from '../selection.ts'
import { CommandError, exit, openSession, type Session } from '../session.ts'
import { table } from '../table.ts'
import { appName } from './apps.ts'

interface StartOptions {
  all?: boolean
  group?: string
  accountId?: string[]
  filter?: string
  dryRun?: boolean
  wait?: boolean
}

const descriptions: Record<RunAction, string> = {
  connect: 'connect people with an app',
  disconnect: 'disconnect people from an app',
  accept: 'accept the proposal of everybody who has exactly one',
  retry: 'try again for everybody who failed or needs mapping',
}

export function runCommands(program: Command): void {
  for (const action of ['connect', 'disconnect', 'accept', 'retry'] as const) {
    const command = program.command(action).argument('<app>', apps.join(', '), appName)
    if (action !== 'retry') withSelection(command)
    command
      .option('--dry-run', 'show the outcome and change nothing')
      .option('--wait', 'follow the run to its end and print the counts')
      .description(descriptions[action])
      .action((app: App, options: StartOptions, self: Command) =>
        start(openSession(self), app, action, options),
      )
  }

  const run = program.command('run').description('runs')
  run
    .command('show')
    .argument('<id>')
    .option('--items', 'list the people too')
    .description('one run and its counts')
    .action(async (id: string, options: { items?: boolean }, command: Command) => {
      const session = openSession(command)
      const found = await session.client('GET /runs/{id}', { params: { id } })
      const items = options.items ? await allItems(session, id) : undefined
      session.answer(items ? { ...found, items } : found, () => {
        showRun(found)
        if (!items) return
        const rows = items.map((i) => [
          i.accountId,
          i.displayName,
          i.outcome,
          i.login ?? '',
          i.failure?.sentence ?? '',
        ])
        process.stdout.write(`\n${table(['account id', 'name', 'outcome', 'login', 'why'], rows)}`)
      })
    })
  run
    .command('cancel')
    .argument('<id>')
    .description('stop a run; what is done stays done')
    .action(async (id: string, _options: unknown, command: Command) => {
      const session = openSession(command)
      const cancelled = await session.client('POST /runs/{id}/cancel', { params: { id } })
      session.answer(cancelled, () => showRun(cancelled))
    })
}

async function start(session: Session, app: App, action: RunAction, options: StartOptions): Promise<void> {
  const selection = action === 'retry' ? { filter: { app, failure: app } } : selectionOf(options)
  const { selected } = await session.client('POST /runs/preview', { body: { app, action, selection } })
  if (selected === 0) return nobody(session, action)
  const body = { app, action, selection, dryRun: options.dryRun ?? false }
  const started = await session.client('POST /runs', { body })
  if (started.alreadyUnderWay) session.say('The same run is already under way; this is it.')
  if (!options.wait) {
    session.answer(started, () => process.stdout.write(`${started.id}\n`))
    return
  }
  const run = await follow(session, started.id)
  session.answer(run, () => showRun(run))
  process.exitCode = exitCodeOf(run)
}

/** Nobody left to repair is what was wanted; a selection that finds nobody is a mistake in the selection. */
function nobody(session: Session, action: RunAction): void {
  if (action === 'connect' || action === 'disconnect') {
    throw new CommandError('Nobody on the roster matches this selection.')
  }
  const words =
    action === 'retry' ? 'Nobody failed or needs mapping.' : 'Nobody of these people has a proposal.'
  session.answer({ selected: 0 }, () => process.stdout.write(`${words}\n`))
}

/** Asks until the run has ended, with a progress line on standard error. */
async function follow(session: Session, id: string): Promise<RunShape> {
  const line = progressLine(process.stderr)
  for (;;) {
    const run = await session.client('GET /runs/{id}', { params: { id } })
    if (!isOpen(run)) {
      line.end()
      return run
    }
    line.show(run)
    await pause(250)
  }
}

async function allItems(session: Session, id: string) {
  const items = []
  let cursor: string | undefined
  do {
    const page = await session.client('GET /runs/{id}/items', {
      params: { id },
      query: { limit: 500, cursor },
    })
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return items
}

function isOpen(run: RunShape): boolean {
  return openRunStates.some((state) => state === run.state)
}

function exitCodeOf(run: RunShape): number {
  if (run.state !== 'finished') return exit.couldNotRun
  return run.counts.failed + run.counts.needsMapping > 0 ? exit.someFailed : exit.done
}

function showRun(run: RunShape): void {
  const { counts } = run
  const done = run.action === 'disconnect' ? 'disconnected' : 'connected'
  process.stdout.write(
    `${run.dryRun ? 'Dry run: ' : ''}${run.action} ${appNames[run.app]} – ${run.state}\n\n`,
  )
  process.stdout.write(
    table(
      ['people', 'count'],
      [
        ['selected', counts.selected],
        [run.dryRun ? `would be ${done}` : done, counts.connected],
        [run.action === 'disconnect' ? 'were not connected' : 'already connected', counts.unchanged],
        ['need mapping', counts.needsMapping],
        ['failed', counts.failed],
        ['skipped', counts.skipped],
        ['waiting', counts.waiting],
      ],
    ),
  )
  if (run.waitingUntil) process.stdout.write(`\nWaiting until ${run.waitingUntil}.\n`)
  if (run.failure) process.stdout.write(`\n${run.failure.sentence}\n${run.failure.nextStep}\n`)
}
