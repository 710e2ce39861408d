import { z } from 'zod'
import { failureCodes, failureScopes, failureSteps, fixers, retryRules } from '../failure.ts'
import {
  apps,
  connectionStatuses,
  evidenceKinds,
  itemOutcomes,
  origins,
  roles,
  runActions,
  runStates,
} from '../words.ts'
import { Time } from './route.ts'

/** Shapes that several routes answer with. */

export const AppName = z.enum(apps)

export const EvidenceShape = z.object({ kind: z.enum(evidenceKinds), value: z.string(), words: z.string() })

export const CandidateShape = z.object({
  externalId: z.string(),
  login: z.string(),
  name: z.string().nullish(),
  takenBy: z.object({ accountId: z.string(), displayName: z.string() }).optional(),
})

/** A failure with its words, ready to be shown. */
export const FailureShape = z.object({
  code: z.enum(failureCodes),
  title: z.string(),
  sentence: z.string(),
  nextStep: z.string(),
  scope: z.enum(failureScopes),
  fixer: z.enum(fixers),
  retry: z.enum(retryRules),
  step: z.enum(failureSteps),
  at: Time,
  until: Time.optional(),
  link: z.string().optional(),
  evidence: z.object({
    httpStatus: z.number().int().optional(),
    vendorCode: z.string().optional(),
    vendorMessage: z.string().optional(),
    requestId: z.string().optional(),
    candidates: z.array(CandidateShape).optional(),
  }),
})
export type FailureShape = z.infer<typeof FailureShape>

/** A connection as the table shows it: enough for the icon and its tooltip. */
export const ConnectionSummary = z.object({
  app: AppName,
  status: z.enum(connectionStatuses),
  origin: z.enum(origins).nullable(),
  login: z.string().nullable(),
  externalId: z.string().nullable(),
  connectedBy: z.string().nullable(),
  connectedAt: Time.nullable(),
  evidence: z.array(EvidenceShape),
  failure: FailureShape.nullable(),
})
export type ConnectionSummary = z.infer<typeof ConnectionSummary>

export const StaffMember = z.object({
  accountId: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  aliases: z.array(z.string()),
  groups: z.array(z.string()),
  teams: z.array(z.string()),
  active: z.boolean(),
  /** Apps without an entry are not connected. */
  connections: z.array(ConnectionSummary),
})
export type StaffMember = z.infer<typeof StaffMember>

export const ProposalShape = z.object({
  app: AppName,
  externalId: z.string(),
  login: z.string(),
  name: z.string().nullable(),
  rank: z.number().int(),
  reasons: z.array(z.string()),
})

export const HistoryEntry = z.object({
  at: Time,
  app: AppName.nullable(),
  actor: z.string(),
  sentence: z.string(),
  runId: z.string().nullable(),
})

export const StaffMemberDetail = StaffMember.extend({
  proposals: z.array(ProposalShape),
  history: z.array(HistoryEntry),
})
export type StaffMemberDetail = z.infer<typeof StaffMemberDetail>

export const CountsShape = z.object({
  selected: z.number().int(),
  connected: z.number().int(),
  unchanged: z.number().int(),
  needsMapping: z.number().int(),
  failed: z.number().int(),
  skipped: z.number().int(),
  waiting: z.number().int(),
})

/**
 * Filters of the staff list; everything given must hold, several values of one filter are alternatives.
 * `failure`: `any` = needs mapping or failed in any app; an app's name = the same in that app; or a code.
 * `status` is about `app` when that is given, otherwise about any app.
 */
export const StaffFilter = z.strictObject({
  search: z.string().max(200).optional(),
  group: z.string().max(200).optional(),
  team: z.string().max(200).optional(),
  active: z.enum(['true', 'false']).optional(),
  app: AppName.optional(),
  status: z.enum(connectionStatuses).optional(),
  failure: z
    .union([z.literal('any'), AppName, z.enum(failureCodes)], {
      error: 'must be any, an app, or a code of docs/failures.md',
    })
    .optional(),
})
export type StaffFilter = z.infer<typeof StaffFilter>

/** People chosen: by account ids, or all that match a filter (an empty filter is everybody). */
export const Selection = z.union([
  z.strictObject({ accountIds: z.array(z.string().min(1).max(200)).min(1).max(10_000) }),
  z.strictObject({ filter: StaffFilter }),
])
export type Selection = z.infer<typeof Selection>

export const RunShape = z.object({
  id: z.string(),
  app: AppName,
  action: z.enum(runActions),
  dryRun: z.boolean(),
  state: z.enum(runStates),
  selection: Selection,
  counts: CountsShape,
  /** What the worker is doing, in words: "Reading the directory, 300 of 500". */
  stage: z.string(),
  /** People decided per second since the run began, and seconds left; null while unknown. */
  rate: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  failure: FailureShape.nullable(),
  waitingUntil: Time.nullable(),
  createdBy: z.string(),
  createdAt: Time,
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
})
export type RunShape = z.infer<typeof RunShape>

export const RunItemShape = z.object({
  accountId: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  outcome: z.enum(itemOutcomes),
  login: z.string().nullable(),
  evidence: z.array(EvidenceShape),
  failure: FailureShape.nullable(),
})

export const ProbeLineShape = z.object({
  permission: z.string(),
  ok: z.boolean(),
  optional: z.boolean(),
  note: z.string().nullable(),
  failure: FailureShape.nullable(),
})

export const SetupFieldShape = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string(),
  secret: z.boolean(),
  required: z.boolean(),
  multiline: z.boolean().optional(),
  placeholder: z.string().optional(),
})

export const appHealths = ['unavailable', 'not_installed', 'checking', 'healthy', 'fault'] as const

export const AppShape = z.object({
  app: AppName,
  name: z.string(),
  health: z.enum(appHealths),
  /** Why an action with this app cannot be chosen now; null when it can. */
  disabledReason: z.string().nullable(),
  failure: FailureShape.nullable(),
  faultSince: Time.nullable(),
  checkedAt: Time.nullable(),
  checks: z.array(ProbeLineShape),
  installedBy: z.string().nullable(),
  installedAt: Time.nullable(),
  credentialExpiresAt: Time.nullable(),
  /** The settings that are not secret, as they were entered. */
  settings: z.record(z.string(), z.unknown()),
  /** How many people are connected, and how many failed or need mapping. */
  connected: z.number().int(),
  failed: z.number().int(),
  needsMapping: z.number().int(),
  directory: z.object({ accounts: z.number().int(), readAt: Time.nullable() }),
  connectUniqueNames: z.boolean(),
  loginWord: z.string(),
  fields: z.array(SetupFieldShape),
  steps: z.array(
    z.object({
      title: z.string(),
      text: z.string(),
      copy: z.array(z.object({ label: z.string(), value: z.string() })).optional(),
      link: z.object({ label: z.string(), url: z.string() }).optional(),
    }),
  ),
})
export type AppShape = z.infer<typeof AppShape>

export const UserShape = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  accountId: z.string().nullable(),
  hasPassword: z.boolean(),
})
export type UserShape = z.infer<typeof UserShape>
