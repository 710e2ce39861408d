import {
  type FailureScope,
  type Fixer,
  failureCodes,
  failureScopes,
  type RetryRule,
} from '../../contract/failure.ts'
import { failureTable, type SentenceWords, startCapital } from '../../contract/failure-table.ts'
import { head, table } from './table.ts'

/** What stands in a sentence for the words that differ from case to case. */
const placeholders: SentenceWords = {
  app: '*app*',
  account: '*app* account',
  page: 'Settings › Apps › *app*',
  vendor: '*vendor*',
  vendorAdmin: 'your *vendor* administrator',
  person: '*person*',
  email: '*email*',
  organization: '*organization*',
  host: '*host*',
  permission: '*permission*',
  other: '*other*',
  until: '*time*',
  fact: '*detail*',
}

const fixerWords: Record<Fixer, string> = {
  'vendor-admin': 'The vendor’s administrator',
  'our-admin': 'Your administrator',
  person: 'The person',
  wait: 'Nobody',
  us: 'The makers of Muster',
}

const retryWords: Record<RetryRule, string> = {
  never: 'no',
  'after-fix': 'when asked',
  auto: 'by itself',
}

const scopes: Record<FailureScope, { title: string; text: string }> = {
  app: {
    title: 'About an app',
    text: 'Stored once, on the app. A run that meets one stops, or waits where the last column says *by itself*; nobody’s connection is changed.',
  },
  person: {
    title: 'About a person',
    text: 'Stored on the person’s connection, or on their line of a run. Everybody else goes on.',
  },
  row: {
    title: 'About a file or one of its rows',
    text: 'A file that is refused changes nothing. A refused row never keeps the others from being taken.',
  },
  system: { title: 'Not recognised', text: 'What fits nowhere else is said to be so, and blames nobody.' },
}

/** docs/failures.md, from the table that also writes the screens, the API and the command line. */
export function failurePage(): string {
  const sections = failureScopes.map((scope) => {
    const { title, text } = scopes[scope]
    return `## ${title}\n\n${text}\n\n${tableOf(scope)}`
  })
  return `${[head('Failures', 'contract/failure-table.ts'), intro, ...sections].join('\n\n')}\n`
}

const intro = `Every failure has a code that scripts can rely on, a sentence that says what happened, and a next step that says who does what. Words in *italics* stand for what differs from case to case; where Muster does not know one, the sentence does without it.

*Retried*: **by itself**, at the time that the vendor states; **when asked**, with Actions › Retry failed or \`muster retry\` once the cause is gone; or **no**.`

function tableOf(scope: FailureScope): string {
  const rows = failureCodes
    .filter((code) => failureTable[code].scope === scope)
    .map((code) => {
      const { title, sentence, nextStep, fixer, retry } = failureTable[code]
      const says = startCapital(sentence(placeholders))
      const next = `**${fixerWords[fixer]}.** ${startCapital(nextStep(placeholders))}`
      return [`\`${code}\``, title, says, next, retryWords[retry]]
    })
  return table(['code', 'title', 'what it says', 'who does what next', 'retried'], rows)
}
