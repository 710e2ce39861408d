import { z } from 'zod'
import type { AppDescriptor } from './descriptor.ts'

const apiUrl = z
  .url({ protocol: /^https?$/, error: 'must be a web address such as https://api.github.com' })
  // Settings are shown and recorded; and nothing is ever signed in to with these.
  .refine((text) => {
    const url = URL.parse(text)
    return !(url?.username || url?.password || url?.search || url?.hash)
  }, 'apiUrl has no user name, password, ? or # in it')
  .transform((url) => url.replace(/\/+$/, ''))
  .default('https://api.github.com')

/** `muster apps install github --config FILE`; see INTERFACES. `privateKey` is PEM, PKCS#1 or PKCS#8. */
export const githubConfig = z.strictObject({
  appId: z
    .union([z.string(), z.number().int().positive()])
    .transform(String)
    .pipe(
      z
        .string()
        .regex(
          /^(\d+|Iv[\w.]+)$/,
          'must be the number (or client ID) on the app’s page on GitHub, under About',
        ),
    ),
  privateKey: z
    .string()
    .trim()
    .regex(
      /^-----BEGIN (RSA )?PRIVATE KEY-----[\s\S]+-----END (RSA )?PRIVATE KEY-----$/,
      'must be the whole text of the .pem file that GitHub gave you, from -----BEGIN to -----END',
    ),
  webhookSecret: z.string().min(1, 'must be the secret typed in on the app’s page on GitHub, under Webhook'),
  organization: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, 'must be the short name in github.com/NAME'),
  installationId: z
    .union([z.string().regex(/^\d+$/), z.number().int().positive()])
    .transform(Number)
    .optional(),
  apiUrl,
})

/** What is left when the secrets are sealed. */
export type GithubSettings = Omit<z.infer<typeof githubConfig>, 'privateKey' | 'webhookSecret'>

export const github: AppDescriptor = {
  app: 'github',
  loginWord: 'login',
  available: true,
  configSchema: githubConfig,
  secretNames: ['privateKey', 'webhookSecret'],
  originNames: ['apiUrl', 'organization'],
  hostNames: ['apiUrl'],
  fields: [
    {
      name: 'organization',
      label: 'Organization',
      help: 'The short name in github.com/NAME.',
      secret: false,
      required: true,
      placeholder: 'acme',
    },
    {
      name: 'appId',
      label: 'App ID',
      help: 'On the app’s page, under About.',
      secret: false,
      required: true,
      placeholder: '123456',
    },
    {
      name: 'privateKey',
      label: 'Private key',
      help: 'The whole .pem file, from -----BEGIN to -----END.',
      secret: true,
      required: true,
      multiline: true,
    },
    {
      name: 'webhookSecret',
      label: 'Webhook secret',
      help: 'The secret you typed in under Webhook.',
      secret: true,
      required: true,
    },
    {
      name: 'installationId',
      label: 'Installation ID',
      help: 'Found by itself; only needed when one app serves several organizations.',
      secret: false,
      required: false,
    },
    {
      name: 'apiUrl',
      label: 'API address',
      help: 'For GitHub Enterprise Server: https://HOST/api/v3',
      secret: false,
      required: false,
      placeholder: 'https://api.github.com',
    },
  ],
  steps: [
    {
      title: 'Register a GitHub App for your organization',
      text: 'Open Settings › Developer settings › GitHub Apps of the organization and choose New GitHub App. Any name will do.',
      link: {
        label: 'New GitHub App',
        url: 'https://github.com/organizations/{organization}/settings/apps/new',
      },
      copy: [{ label: 'Homepage URL', value: '{publicUrl}' }],
    },
    {
      title: 'Set the webhook',
      text: 'Tick Active, paste the address and type in a long random secret. Keep the secret for the form.',
      copy: [{ label: 'Webhook URL', value: '{publicUrl}/webhooks/github' }],
    },
    {
      title: 'Give read permissions',
      text: 'Under Organization permissions choose Members: Read-only. Under Repository permissions choose Contents, Metadata and Pull requests: Read-only. Nothing else is needed, and nothing may be written.',
      copy: [
        { label: 'Organization permission', value: 'Members: read' },
        { label: 'Repository permissions', value: 'Contents: read, Metadata: read, Pull requests: read' },
      ],
    },
    {
      title: 'Make a private key',
      text: 'On the app’s page, under Private keys, choose Generate a private key. The browser saves a .pem file: paste its text into the form.',
    },
    {
      title: 'Install the app',
      text: 'Choose Install App in the app’s menu, your organization, All repositories. An owner of the organization has to do this.',
    },
  ],
}
