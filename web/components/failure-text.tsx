import { ExternalLink } from 'lucide-react'
import type { ShownFailure } from '../api.ts'
import classes from './failure-text.module.css'
import { nextStepHere } from './next-step.ts'
import { Time } from './time.tsx'

export interface FailureTextProps {
  failure: ShownFailure
  withTitle?: boolean
  /** It stands beside the person it is about: the next step does not lead there once more. */
  besidePerson?: boolean
}

/** A failure in words: what happened, what to do next, where; the vendor's own words one click away. */
export function FailureText({ failure, withTitle = true, besidePerson = false }: FailureTextProps) {
  const nextStep = besidePerson ? nextStepHere(failure.nextStep) : failure.nextStep
  return (
    <div className={classes.failure}>
      {withTitle && <strong>{failure.title}</strong>}
      <p>{failure.sentence}</p>
      {nextStep !== failure.sentence && <p>{nextStep}</p>}
      {failure.link && (
        <p>
          <a className="link" href={failure.link} target="_blank" rel="noreferrer">
            Open the page at the vendor <ExternalLink size={12} aria-hidden="true" />
          </a>
        </p>
      )}
      <VendorWords failure={failure} />
    </div>
  )
}

function VendorWords({ failure }: { failure: ShownFailure }) {
  const { httpStatus, vendorCode, vendorMessage, requestId } = failure.evidence
  const lines: [string, string | number | undefined][] = [
    ['Code', failure.code],
    ['HTTP status', httpStatus],
    ['Vendor’s code', vendorCode],
    ['Vendor’s words', vendorMessage],
    ['Request id', requestId],
  ]
  return (
    <details className={classes.details}>
      <summary>Details</summary>
      <dl>
        {lines.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
        <div>
          <dt>Seen</dt>
          <dd>
            <Time at={failure.at} />
          </dd>
        </div>
      </dl>
    </details>
  )
}
