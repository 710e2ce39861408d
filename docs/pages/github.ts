import { github } from '../../contract/apps/github.ts'
import { neededPermissions, permissionName } from '../../vendors/github/permissions.ts'
import { head, table } from './table.ts'

const begin = '<!-- Written by hand from here … -->'
const end = '<!-- … to here. -->'

/** docs/github.md. What stands between the markers is written by hand and taken over from `present`. */
export function githubPage(present: string): string {
  const parts = [
    head('GitHub', 'contract/apps/github.ts'),
    intro,
    '## Set-up',
    ...github.steps.map(setUpStep),
    '## The form',
    'Settings › Apps › GitHub asks for:',
    table(['field', 'what it is', ''], github.fields.map(formField)),
    'From the command line, the same values in a file:',
    `\`\`\`json\n${JSON.stringify(exampleConfig, null, 2)}\n\`\`\``,
    commands,
    '## Permissions',
    permissionText,
    table(['permission', 'what for'], permissionRows),
    byHand(present),
  ]
  return `${parts.join('\n\n')}\n`
}

const intro = `Muster reads GitHub as a GitHub App that your organization registers for itself. It only reads. An owner of the organization is needed for the last step.`

/** A file that `muster apps install github --config` takes. */
export const exampleConfig = {
  organization: 'acme',
  appId: '123456',
  privateKey: '-----BEGIN RSA PRIVATE KEY-----\nMIIEow…\n-----END RSA PRIVATE KEY-----\n',
  webhookSecret: 'a long random secret',
}

const commands = `\`\`\`sh
muster apps install github --config github.json   # prints every permission with ok or MISSING
muster apps check github                          # the same again at any time
\`\`\`

The private key and the webhook secret go in and never come out: no screen, answer or log shows them again. Delete the file afterwards. To make it from the .pem file without copying by hand:

\`\`\`sh
jq -n --rawfile key acme.private-key.pem \\
  '{organization: "acme", appId: "123456", privateKey: $key, webhookSecret: "…"}' > github.json
\`\`\``

const permissionText = `Check tries the app’s key, the installation, and each of these for itself; the one that is missing is named, with a link to the page on which it is given. GitHub asks an owner to accept every permission that is added later.`

const whatFor: Record<(typeof neededPermissions)[number], string> = {
  members: 'The directory: who is a member, their single sign-on identities and emails in verified domains',
  metadata: 'The names of the repositories',
  contents: 'Commits, for suggestions (checked, not read by this version yet)',
  pull_requests: 'Pull requests and reviews, for suggestions (checked, not read by this version yet)',
}

const permissionRows = neededPermissions.map((key) => [permissionName(key), whatFor[key]])

function setUpStep({ title, text, copy = [], link }: (typeof github.steps)[number], at: number): string {
  const values = copy.map(({ label, value }) => `   - ${label}: \`${filledIn(value)}\``)
  const where = link ? [`   - ${link.label}: <${filledIn(link.url)}>`] : []
  return [`${at + 1}. **${title}.** ${text}`, ...where, ...values].join('\n')
}

/** The screens fill in the real values; a page can only show an example. */
function filledIn(value: string): string {
  return value.replace('{publicUrl}', 'https://muster.example.com').replace('{organization}', 'acme')
}

function formField({ label, name, help, required, secret }: (typeof github.fields)[number]): string[] {
  const notes = [required ? 'required' : 'optional', ...(secret ? ['secret'] : [])]
  return [`${label} (\`${name}\`)`, help, notes.join(', ')]
}

function byHand(page: string): string {
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error(`docs/github.md must keep the lines “${begin}” and “${end}”.`)
  return page.slice(from, to + end.length)
}
