import { decide } from '../../matching/decide.ts'
import type { MatchInput } from '../../matching/input.ts'
import { isUsable } from '../../matching/input.ts'
import { type Circumstances, leftAlone, type Settlement, type Standing } from '../connections/connections.ts'
import {
  settleAcceptance,
  settleDecision,
  settleDisconnection,
  settleLeftAlone,
  settleTaken,
} from '../connections/settle.ts'
import { holdersOf, openProposals, rejectionsOf } from '../connections/settlements.store.ts'
import type { Settle } from './execution.store.ts'

/**
 * Connects on the decisions of the matching. Somebody it has no decision about is left out, and so is somebody
 * of whom it was said in the meantime which account is not theirs: they are decided about anew.
 */
export function connecting(input: MatchInput, circumstances: Circumstances): Settle {
  const decisions = new Map(decide(input).map((decision) => [decision.accountId, decision]))
  const usable = new Set(input.accounts.filter(isUsable).map(({ externalId }) => externalId))
  const isThere = (externalId: string) => usable.has(externalId)
  const known = new Set(input.rejections.map(pair))

  return async (tx, standings) => {
    const ids = standings.map(({ accountId }) => accountId)
    const rejections = await rejectionsOf(tx, circumstances.app, ids)
    const outdated = new Set(rejections.flatMap((each) => (known.has(pair(each)) ? [] : [each.accountId])))
    const settled = standings.flatMap((standing): [Standing, Settlement][] => {
      if (outdated.has(standing.accountId)) return []
      const alone = leftAlone('connect', standing)
      if (alone) return [[standing, settleLeftAlone(standing, alone, circumstances)]]
      const decision = decisions.get(standing.accountId)
      return decision ? [[standing, settleDecision(standing, decision, circumstances, isThere)]] : []
    })
    const wanted = settled.flatMap(([, { next }]) =>
      next?.status === 'connected' && next.externalId !== null ? [next.externalId] : [],
    )
    const holders = await holdersOf(tx, circumstances.app, wanted)
    return settled.map(([standing, settlement]) => {
      const { next, accountId } = settlement
      const holder =
        next?.externalId && next.status === 'connected' ? holders.get(next.externalId) : undefined
      if (!next?.externalId || !holder || holder.accountId === accountId) return settlement
      const account = { externalId: next.externalId, login: next.login ?? next.externalId }
      return settleTaken(standing, account, holder, circumstances)
    })
  }
}

function pair({ accountId, externalId }: { accountId: string; externalId: string }): string {
  return `${accountId}\n${externalId}`
}

/** Takes the proposal of everybody who has exactly one. */
export function accepting(circumstances: Circumstances): Settle {
  return async (tx, standings) => {
    const ids = standings.map(({ accountId }) => accountId)
    const proposals = await openProposals(tx, circumstances.app, ids)
    return standings.map((standing) => {
      const alone = leftAlone('accept', standing)
      return alone
        ? settleLeftAlone(standing, alone, circumstances)
        : settleAcceptance(standing, proposals.get(standing.accountId) ?? [], circumstances)
    })
  }
}

export function disconnecting(circumstances: Circumstances): Settle {
  return async (_tx, standings) =>
    standings.map((standing) => {
      const alone = leftAlone('disconnect', standing)
      return alone ? settleLeftAlone(standing, alone, circumstances) : settleDisconnection(standing)
    })
}
