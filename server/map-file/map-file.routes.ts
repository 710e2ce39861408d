import { appDescriptors } from '../../contract/apps/registry.ts'
import type { Selection, StaffFilter } from '../../contract/routes/shapes.ts'
import { type App, appNames } from '../../contract/words.ts'
import { findInstalled } from '../apps/installed-app.store.ts'
import { disabledReason } from '../apps/present-app.ts'
import type { Db } from '../db/handle.ts'
import type { Api } from '../http/api.ts'
import { requireStepUp } from '../http/policy.ts'
import { ProblemError } from '../http/problem-error.ts'
import { stepUpOver } from '../runs/runs.ts'
import { peopleOf } from './selection.store.ts'
import { applyMapFile, checkMapFile, presentResult } from './upload.ts'
import { writeMapFile, writeResultFile } from './write-map-file.ts'

/** Connections decided by hand, as a file: download, upload with or without applying, result file. */
export function mapFileRoutes(api: Api, { db }: { db: Db }): void {
  api.handle('GET /map-files/{app}', async ({ params: { app }, query, reply }) => {
    await requireInstalled(db, app)
    nameFile(reply, app)
    return writeMapFile(db, app, await peopleOf(db, app, wanted(app, query)))
  })

  api.handle('POST /map-files/{app}/download', async ({ params: { app }, body, reply }) => {
    await requireInstalled(db, app)
    nameFile(reply, app)
    return writeMapFile(db, app, await peopleOf(db, app, body.selection))
  })

  api.handle('POST /map-files/{app}', async ({ params: { app }, query, body, actor, request, reply }) => {
    await requireInstalled(db, app)
    const dryRun = query.dryRun === 'true'
    const checked = await checkMapFile(db, app, body)
    if (!dryRun && checked.changes > stepUpOver) requireStepUp(actor)
    const decisions = dryRun ? checked.decisions : await applyMapFile(db, { app, by: actor.email }, checked)
    if (!wantsCsv(request.headers.accept)) return presentResult(decisions, dryRun)
    nameFile(reply, app, '-result')
    return writeResultFile(db, app, decisions)
  })
}

/** A file needs a directory, so the app has to be installed; it may have a fault, for the vendor is not asked. */
async function requireInstalled(db: Db, app: App): Promise<void> {
  if (await findInstalled(db, app)) return
  const reason = disabledReason(app, undefined) ?? `${appNames[app]} is not installed.`
  const { available } = appDescriptors[app]
  throw new ProblemError(
    available ? 'app_not_ready' : 'app_not_available',
    available ? `${reason} Install it under Settings › Apps.` : reason,
  )
}

/** A status is meant of the file's app, unless another one is named. */
function wanted(app: App, filter: StaffFilter): Selection | undefined {
  if (Object.keys(filter).length === 0) return undefined
  return { filter: filter.status === undefined ? filter : { app, ...filter } }
}

function wantsCsv(accept = ''): boolean {
  return accept.split(',').some((type) => type.split(';')[0]?.trim().toLowerCase() === 'text/csv')
}

function nameFile(reply: { header(name: string, value: string): unknown }, app: App, suffix = ''): void {
  const day = new Date().toISOString().slice(0, 10)
  reply.header('content-disposition', `attachment; filename="map-${app}-${day}${suffix}.csv"`)
}
