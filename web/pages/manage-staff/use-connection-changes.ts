import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { type App, appNames, type RunAction } from '../../../contract/words.ts'
import { api, type PersonDetail, type Run } from '../../api.ts'
import { useStepUp } from '../../components/step-up.tsx'
import { useMutationOnce } from '../../components/use-mutation-once.ts'
import { storeRun } from '../../live.ts'
import { personQuery, runQuery } from '../../queries.ts'
import { type Selection, selectionBody } from './selection.ts'
import { refreshStaff } from './staff-list.ts'

function useTakeAnswer() {
  const client = useQueryClient()
  return (person: PersonDetail) => {
    client.setQueryData(personQuery(person.accountId).queryKey, person)
    refreshStaff(client)
    client.invalidateQueries({ queryKey: ['apps'] })
  }
}

/** "This is the account": connects the person with an account of the directory. */
export function useAcceptAccount(accountId: string, app: App, onDone?: () => void) {
  const take = useTakeAnswer()
  return useMutationOnce({
    mutationFn: (externalId: string) =>
      api('POST /connections/{accountId}/{app}/accept', { params: { accountId, app }, body: { externalId } }),
    onSuccess: (person) => {
      take(person)
      notifications.show({ message: `${person.displayName} is connected with ${appNames[app]}.` })
      onDone?.()
    },
  })
}

/** "Not this one": the account is never proposed for the person again. */
export function useRejectAccount(accountId: string, app: App) {
  const take = useTakeAnswer()
  return useMutationOnce({
    mutationFn: (externalId: string) =>
      api('POST /connections/{accountId}/{app}/reject', { params: { accountId, app }, body: { externalId } }),
    onSuccess: take,
  })
}

export function useDisconnect(accountId: string, app: App) {
  const take = useTakeAnswer()
  return useMutationOnce({
    mutationFn: () => api('POST /connections/{accountId}/{app}/disconnect', { params: { accountId, app } }),
    onSuccess: take,
  })
}

export interface WantedRun {
  app: App
  action: RunAction
  selection: Selection
  dryRun?: boolean
}

/** Starts a run and shows it at once; the server answers with the run under way when it is the same. */
export function useStartRun(onStarted?: (run: Run) => void) {
  const client = useQueryClient()
  const stepUp = useStepUp()
  return useMutationOnce({
    mutationFn: async ({ app, action, selection, dryRun = false }: WantedRun) => {
      const body = { app, action, selection: selectionBody(selection), dryRun }
      const { id, alreadyUnderWay } = await stepUp(() => api('POST /runs', { body }))
      return { run: await client.fetchQuery(runQuery(id)), alreadyUnderWay }
    },
    onSuccess: ({ run, alreadyUnderWay }) => {
      storeRun(client, run)
      if (alreadyUnderWay) {
        notifications.show({
          message: `That is under way already: ${run.createdBy} started it. This is the same run.`,
        })
      }
      onStarted?.(run)
    },
  })
}
