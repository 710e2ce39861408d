import { ExternalLink } from 'lucide-react'
import type { InstalledApp } from '../../api.ts'
import { CopyValue } from '../../components/copy-value.tsx'
import classes from './app-setup.module.css'
import { fillIn } from './fill-in.ts'

/** What to do in the vendor's console, in the order of its screens, with the values to paste there. */
export function SetupSteps({ steps, organization }: { steps: InstalledApp['steps']; organization: string }) {
  const known = { publicUrl: window.location.origin, organization }
  return (
    <ol className={classes.steps} aria-label="Set-up guide">
      {steps.map(({ title, text, copy, link }) => (
        <li key={title}>
          <h3>{title}</h3>
          <p>{text}</p>
          {link && (
            <p>
              <a className="link" href={fillIn(link.url, known)} target="_blank" rel="noreferrer">
                {link.label} <ExternalLink size={12} aria-hidden="true" />
              </a>
            </p>
          )}
          {copy?.map(({ label, value }) => (
            <CopyValue key={label} label={label} value={fillIn(value, known)} />
          ))}
        </li>
      ))}
    </ol>
  )
}
