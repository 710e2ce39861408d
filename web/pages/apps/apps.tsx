import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ProblemNotice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { appsQuery } from '../../queries.ts'
import { AppCard } from './app-card.tsx'
import classes from './apps.module.css'

export function Apps() {
  const { data: apps, error, refetch } = useQuery(appsQuery)
  return (
    <>
      <PageHeader title="Apps" />
      {error && !apps && <ProblemNotice error={error} onRetry={() => refetch()} />}
      <div className={classes.cards}>
        {!apps && !error && [1, 2, 3, 4].map((n) => <Skeleton key={n} height={168} radius={8} />)}
        {apps?.map((app) => (
          <AppCard key={app.app} app={app} />
        ))}
      </div>
    </>
  )
}
