import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import type { InstalledApp } from '../../api.ts'
import { formatNumber } from '../../components/format.ts'
import { Time } from '../../components/time.tsx'
import classes from './app-health.module.css'

const day = 86_400_000
const warnBefore = 30 * day

/** Who is connected and who is not, as links to them; when the credential ends, with a warning in its last month. */
export function AppFigures({ app }: { app: InstalledApp }) {
  const { connected, failed, needsMapping, directory, credentialExpiresAt, installedBy, installedAt } = app
  const ending = credentialExpiresAt !== null && Date.parse(credentialExpiresAt) - Date.now() < warnBefore
  const people = (status: 'connected' | 'failed' | 'needs_mapping', count: number, words: string) =>
    count === 0 ? (
      `0 ${words}`
    ) : (
      <Link to="/settings/staff" search={{ app: app.app, status, active: 'all' }} className="link">
        {formatNumber(count)} {words}
      </Link>
    )
  return (
    <>
      <p className="number">
        {people('connected', connected, 'connected')} · {people('failed', failed, 'failed')} ·{' '}
        {people('needs_mapping', needsMapping, 'need mapping')}
      </p>
      <p className="soft">
        {directory.readAt ? (
          <>
            {formatNumber(directory.accounts)} accounts in the directory, read <Time at={directory.readAt} />
          </>
        ) : (
          'The directory has not been read yet; the first run reads it.'
        )}
      </p>
      {installedAt && (
        <p className="soft">
          Installed {installedBy && `by ${installedBy}, `}
          <Time at={installedAt} />
        </p>
      )}
      {credentialExpiresAt && (
        <p className={ending ? `${classes.line} ${classes.warn}` : 'soft'}>
          {ending && <TriangleAlert size={16} aria-hidden="true" />}
          <span>
            The credential ends <Time at={credentialExpiresAt} />
          </span>
        </p>
      )}
    </>
  )
}
