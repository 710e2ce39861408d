import { type Setting, settings } from '../../server/settings.ts'
import { head, table } from './table.ts'

/** docs/settings.md, from the table that the server reads its settings with. */
export function settingsPage(): string {
  const rows = Object.entries<Setting>(settings).map(([name, setting]) => [
    `\`${name}\``,
    setting.default === undefined ? '–' : setting.default,
    setting.doc,
  ])
  const list = table(['name', 'default', 'meaning'], rows)
  return `${[head('Settings', 'server/settings.ts'), intro, list, end].join('\n\n')}\n`
}

const intro = `Settings come from the command line (\`--port\`, \`--role\`), the environment, or \`muster.config.json\` in the working directory, in that order. The file is one JSON object with the same names; a number may be a number, a list may be a list:

\`\`\`json
{ "MUSTER_PORT": 8080, "MUSTER_PUBLIC_URL": "https://muster.example.com", "MUSTER_TRUSTED_PROXIES": ["10.0.0.5"] }
\`\`\`

Muster starts only when it understands all of them. A name that begins with \`MUSTER_\` and is not in this table, an empty value or one that cannot be read ends the start with a sentence that names the setting and what to write.`

const end = `Not used by this version yet, though read and checked: the addresses of Google and Microsoft, \`MUSTER_OIDC_…\` and \`MUSTER_SMTP_URL\`. \`MUSTER_URL\` and \`MUSTER_TOKEN\` belong to the [command line](command-line.md).`
