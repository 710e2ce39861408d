import { appNames } from '../../contract/words.ts'
import { listInstalled } from '../../server/apps/installed-app.store.ts'
import { disabledReason } from '../../server/apps/present-app.ts'
import { hasAdministrator } from '../../server/auth/users.store.ts'
import { readConfig } from '../../server/config.ts'
import { openQueue } from '../../server/jobs/queue.ts'
import { createLog } from '../../server/log.ts'
import { newestMigration } from '../../server/operations.store.ts'
import { keyStatus } from '../../server/secrets/rotate.ts'
import { registeredKeys } from '../../server/secrets/sealed-secret.store.ts'
import { CommandError, errorSentence, exit } from '../session.ts'
import { withDatabase } from './database.ts'

interface Finding {
  check: string
  ok: boolean
  /** What was seen, or what is wrong and how it is mended. */
  words: string
}

/** Looks at everything an installation stands on, each part for itself, and says what to mend. */
export async function doctor(json: boolean): Promise<void> {
  const findings: Finding[] = []
  const look = async (check: string, see: () => Promise<string> | string) => {
    try {
      findings.push({ check, ok: true, words: await see() })
    } catch (error) {
      findings.push({ check, ok: false, words: errorSentence(error, '') })
    }
  }

  await look('configuration', () => {
    const { databaseUrl, dataDir } = readConfig(process.env, { role: null }, process.cwd())
    return databaseUrl ? 'PostgreSQL at DATABASE_URL' : `embedded PostgreSQL in ${dataDir}`
  })
  // Opening it migrates it, so what keeps it from being opened is told here: once, with the mend.
  const configured = findings.every((finding) => finding.ok)
  if (configured)
    await look('database', () =>
      withDatabase(async (db, config, pool) => {
        await look('schema', async () => `${await newestMigration(db)}`)
        await look('administrator', async () => {
          if (await hasAdministrator(db)) return 'there is one'
          throw new CommandError('there is none: run `muster admin create --email YOU`')
        })
        await look('keys', async () => {
          if (!config.keyFile) return 'no MUSTER_KEY_FILE here: only a worker needs it'
          const firstStart = (await registeredKeys(db)).length === 0
          if (config.keyFile.create && firstStart) return 'none yet: the first start of a worker makes one'
          const { newest, rowsLeft, keys } = await keyStatus(db, config.keyFile.path)
          const missing = keys.filter((key) => key.rows > 0 && !key.inFile).map((key) => key.version)
          if (missing.length > 0)
            throw new CommandError(
              `the key file lacks version ${missing.join(', ')}: restore it from a backup`,
            )
          return `version ${newest}, ${rowsLeft} secrets on older versions`
        })
        await look('queue', async () => {
          const queue = await openQueue({ kysely: db, pool, log: createLog('silent') })
          const depths = Object.entries(await queue.depths()).filter(([, depth]) => depth > 0)
          await queue.stop()
          return depths.map(([job, depth]) => `${job}: ${depth} waiting`).join(', ') || 'nothing waits'
        })
        for (const installed of await listInstalled(db)) {
          await look(appNames[installed.app], () => {
            const reason = disabledReason(installed.app, installed)
            if (reason) throw new CommandError(reason)
            return 'healthy'
          })
        }
        return 'answers'
      }),
    )

  process.stdout.write(json ? `${JSON.stringify({ findings })}\n` : findings.map(line).join(''))
  if (findings.some((finding) => !finding.ok)) process.exitCode = exit.couldNotRun
}

function line({ check, ok, words }: Finding): string {
  return `${ok ? 'ok  ' : 'MEND'}  ${check.padEnd(15)} ${words}\n`
}
