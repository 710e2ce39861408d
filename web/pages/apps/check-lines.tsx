import { Check, CircleAlert, Minus } from 'lucide-react'
import type { ProbeLine } from '../../api.ts'
import { FailureText } from '../../components/failure-text.tsx'
import classes from './check-lines.module.css'

/** Each permission that was tried: ✓, or what is missing and where to add it. */
export function CheckLines({ lines }: { lines: ProbeLine[] }) {
  return (
    <ul className={classes.lines}>
      {lines.map(({ permission, ok, optional, note, failure }) => (
        <li key={permission}>
          {ok && <Check size={16} aria-label="Works:" />}
          {!ok && optional && <Minus size={16} aria-label="Not there, works without:" />}
          {!ok && !optional && <CircleAlert size={16} className={classes.missing} aria-label="Missing:" />}
          <div>
            {permission}
            {note && <span className="soft"> · {note}</span>}
            {!ok && optional && !note && <span className="soft"> · works without it</span>}
            {failure && <FailureText failure={failure} withTitle={false} />}
          </div>
        </li>
      ))}
    </ul>
  )
}
