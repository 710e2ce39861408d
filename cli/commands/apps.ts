import type { Command } from 'commander'
import type { AppShape } from '../../contract/routes/shapes.ts'
import { type App, apps as appKeys } from '../../contract/words.ts'
import { readNamedFile } from '../file.ts'
import { CommandError, exit, openSession } from '../session.ts'
import { table } from '../table.ts'

export function appCommands(program: Command): void {
  const apps = program.command('apps').description('the apps installed for the organisation')

  apps
    .command('list')
    .description('all apps with their health')
    .action(async (_options: unknown, command: Command) => {
      const session = openSession(command)
      const answer = await session.client('GET /apps')
      session.answer(answer, () => {
        const rows = answer.items.map((app) => [
          app.app,
          app.health,
          app.connected,
          app.failed,
          app.needsMapping,
          app.credentialExpiresAt ?? '',
          app.disabledReason ?? '',
        ])
        process.stdout.write(
          table(
            ['app', 'health', 'connected', 'failed', 'need mapping', 'credential ends', 'why not usable'],
            rows,
          ),
        )
      })
    })

  apps
    .command('install')
    .argument('<app>', appKeys.join(', '), appName)
    .requiredOption('--config <file.json>', 'settings and secrets; see docs/ for each app')
    .description('install an app, or change its configuration')
    .action(async (app: App, options: { config: string }, command: Command) => {
      const session = openSession(command)
      const body = await readJson(options.config)
      const installed = await session.client('PUT /apps/{app}', { params: { app }, body })
      session.answer(installed, () => showChecks(installed.checks, installed))
      if (installed.failure) process.exitCode = exit.couldNotRun
    })

  apps
    .command('check')
    .argument('<app>', appKeys.join(', '), appName)
    .description('try every permission of an installed app')
    .action(async (app: App, _options: unknown, command: Command) => {
      const session = openSession(command)
      const check = await session.client('POST /apps/{app}/check', { params: { app }, body: {} })
      session.answer(check, () => showChecks(check.lines))
      if (!check.finished)
        throw new CommandError('The check is still under way; look again with `muster apps list`.')
      if (!check.ok) process.exitCode = exit.couldNotRun
    })

  apps
    .command('uninstall')
    .argument('<app>', appKeys.join(', '), appName)
    .option('--yes', 'really: forgets the credential and disconnects everybody')
    .description('uninstall an app')
    .action(async (app: App, options: { yes?: boolean }, command: Command) => {
      const session = openSession(command)
      if (!options.yes) {
        throw new CommandError('This forgets the credential and disconnects everybody. Say --yes to do it.')
      }
      const answer = await session.client('DELETE /apps/{app}', { params: { app } })
      session.answer(answer, () =>
        process.stdout.write(`Uninstalled; ${answer.disconnected} people disconnected.\n`),
      )
    })
}

export function appName(value: string): App {
  const app = appKeys.find((key) => key === value)
  if (!app) throw new CommandError(`“${value}” is not an app. Apps are: ${appKeys.join(', ')}.`)
  return app
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const text = (await readNamedFile(path)).toString()
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // The parser's message would repeat a part of the file, which holds secrets.
  }
  throw new CommandError(`${path} is not a JSON object.`)
}

function showChecks(lines: AppShape['checks'], app?: AppShape): void {
  for (const line of lines) {
    const mark = line.ok ? 'ok' : line.optional ? 'note' : line.failure?.retry === 'auto' ? 'WAIT' : 'MISSING'
    process.stdout.write(`${mark.padEnd(7)}  ${line.permission}${line.note ? ` – ${line.note}` : ''}\n`)
    if (!line.failure) continue
    process.stdout.write(`         ${line.failure.sentence}\n         ${line.failure.nextStep}\n`)
    if (line.failure.link) process.stdout.write(`         ${line.failure.link}\n`)
  }
  if (app) process.stdout.write(`\n${app.name}: ${app.health}\n`)
}
