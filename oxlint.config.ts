import { defineConfig } from 'oxlint'

/**
 * The boundaries of docs/architecture.md as lint rules. A room says what its files may not import and why. A
 * later entry that also fits a file replaces the earlier one for that file. test/boundaries.test.ts shows that
 * each rule fails on a violation.
 */
interface Ban {
  /** Fits the text of the import. */
  regex: string
  /** Why; shown with the error. */
  message: string
  /** Types vanish at run time, so importing one does no harm. */
  allowTypeImports?: boolean
}

const ours = (rooms: string, message: string): Ban => ({ regex: `^(\\.\\./)+(${rooms})/`, message })

const nothingOfOurs = ours(
  'vendors|matching|suggestions|server|web|cli|sandbox|bench|test',
  'contract/ crosses every boundary, so it stands on nothing of ours.',
)
const onlyContract = (room: string) =>
  ours(
    'vendors|matching|suggestions|server|web|cli|sandbox|bench|test',
    `${room} may import contract/ and nothing else of ours, so that it can be read, tested and moved alone.`,
  )
const noSockets: Ban = {
  regex: '^(undici|(node:)?(http|https|http2|net|tls|dgram|dns)(/.*)?)$',
  message: 'Only vendors/egress opens sockets to the outside: it guards addresses, deadlines and limits.',
}
const noCiphers: Ban = {
  regex: '^@hpke/|^libsodium',
  message: 'Only server/secrets handles ciphers, so that there is one place to review.',
}
const noSql: Ban = {
  regex: '^(kysely|pg)(/.*)?$',
  message: 'SQL lives in *.store.ts and server/db, so that a reader finds every query by its name.',
  allowTypeImports: true,
}
const noVendors: Ban = {
  regex: '(^|/)vendors/',
  message: 'The web role never talks to a vendor: enqueue a job, the worker does it.',
  allowTypeImports: true,
}
const noOpener: Ban = {
  regex: '/opener\\.ts$',
  message: 'The web role seals and never opens; only the worker holds the key.',
}
const noSandbox = ours('sandbox|bench|test', 'The product never depends on what tries it out.')

type Rules = Record<string, ['error', ...unknown[]]>

const ban = (...patterns: Ban[]): Rules => ({ 'no-restricted-imports': ['error', { patterns }] })
const noFetch: Rules = {
  'no-restricted-globals': ['error', { name: 'fetch', message: noSockets.message }],
}

export default defineConfig({
  plugins: ['typescript', 'import'],
  categories: { correctness: 'error' },
  ignorePatterns: ['node_modules', 'web/dist', 'tmp'],
  rules: {
    'typescript/no-explicit-any': 'error',
    'import/no-cycle': ['error', { ignoreTypes: true }],
    // Biome has this one too.
    'no-control-regex': 'off',
    'no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
  },
  overrides: [
    { files: ['contract/**'], rules: ban(nothingOfOurs, noSql, noCiphers, noSockets) },
    {
      files: ['matching/**'],
      rules: { ...ban(onlyContract('matching/'), noSql, noCiphers, noSockets), ...noFetch },
    },
    {
      files: ['suggestions/**'],
      rules: { ...ban(onlyContract('suggestions/'), noSql, noCiphers, noSockets), ...noFetch },
    },
    {
      files: ['vendors/**'],
      rules: {
        ...ban(
          ours('server|web|cli|sandbox|bench|test', 'vendors/ knows vendors and is told everything else.'),
          noSql,
          noCiphers,
          noSockets,
        ),
        ...noFetch,
      },
    },
    {
      files: ['vendors/egress*.ts', 'vendors/egress/**'],
      rules: {
        ...ban(
          ours('server|web|cli|sandbox|bench|test', 'vendors/ knows vendors and is told everything else.'),
          noSql,
        ),
        'no-restricted-globals': 'off',
      },
    },
    {
      files: ['server/**'],
      rules: {
        ...ban(ours('web|cli', 'Screens and commands call the API.'), noSandbox, noSockets, noCiphers, noSql),
        ...noFetch,
      },
    },
    {
      files: ['server/**/*.store.ts', 'server/db/**', 'server/jobs/queue.ts'],
      rules: {
        ...ban(
          ours('web|cli', 'Screens and commands call the API.'),
          noSandbox,
          noSockets,
          noCiphers,
          noVendors,
        ),
        ...noFetch,
      },
    },
    {
      files: ['server/**/*.routes.ts', 'server/http/**'],
      rules: {
        ...ban(
          ours('web|cli', 'Screens and commands call the API.'),
          noSandbox,
          noSockets,
          noCiphers,
          noSql,
          noVendors,
          noOpener,
        ),
        ...noFetch,
      },
    },
    { files: ['server/secrets/**'], rules: ban(noSandbox, noSockets, noVendors) },
    { files: ['web/**'], rules: ban(onlyContract('web/'), noSql) },
    { files: ['cli/**'], rules: ban(onlyContract('cli/'), noSql, noCiphers) },
    // The commands marked local work on the database and start the server, so they may reach in by this door.
    { files: ['cli/local/**'], rules: ban(noSql, noCiphers) },
    // Tests bring two worlds together on purpose.
    {
      files: ['**/*.test.ts', '**/*.fixture.ts'],
      rules: { 'no-restricted-imports': 'off', 'no-restricted-globals': 'off' },
    },
  ],
})
