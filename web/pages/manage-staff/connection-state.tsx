import { appNames } from '../../../contract/words.ts'
import type { Connection } from '../../api.ts'
import { AppIcon } from '../../components/app-icon.tsx'
import { StateGlyph } from '../../components/connection-mark.tsx'
import { markShape, stateWords } from '../../components/connection-words.ts'
import { Time } from '../../components/time.tsx'
import classes from './connection-card.module.css'

/** State of one connection in words: with what account, by whom, when, and on what evidence. */
export function ConnectionState({
  connection,
  withApp = true,
}: {
  connection: Connection
  withApp?: boolean
}) {
  const shape = markShape(connection)
  const { login, connectedBy, connectedAt, evidence, status } = connection
  const words =
    status === 'needs_mapping' ? 'needs mapping' : status === 'failed' ? 'failed' : stateWords(connection)
  return (
    <>
      <div className={classes.state}>
        {shape && <StateGlyph shape={shape} />}
        {withApp && <AppIcon app={connection.app} size={14} />}
        <span>
          {withApp
            ? `${appNames[connection.app]}: ${words}`
            : `${words.charAt(0).toUpperCase()}${words.slice(1)}`}
        </span>
      </div>
      <ul className={classes.facts}>
        {login && (
          <li>
            Account <strong>{login}</strong>
          </li>
        )}
        {connectedAt && (
          <li>
            {connectedBy && `By ${connectedBy}, `}
            <Time at={connectedAt} />
          </li>
        )}
        {evidence.map(({ kind, value, words: why }) => (
          <li key={`${kind} ${value}`}>
            Because: {why}
            {value && ` (${value})`}
          </li>
        ))}
      </ul>
    </>
  )
}
