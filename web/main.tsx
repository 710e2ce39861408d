import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import './base.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { ApiProblem } from '../contract/client.ts'
import { problemCode } from './api.ts'
import { StepUp } from './components/step-up.tsx'
import { sessionQuery } from './queries.ts'
import { createAppRouter } from './router.tsx'
import { cssVariables, theme } from './theme.ts'

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // An answer that says no says no again; only silence is worth a second try.
      retry: (count, error) => !(error instanceof ApiProblem) && count < 2,
      refetchOnWindowFocus: true,
      staleTime: 5000,
    },
  },
  queryCache: new QueryCache({
    onError: (error) => {
      if (problemCode(error) !== 'sign_in_required') return
      queryClient.removeQueries({ queryKey: sessionQuery.queryKey })
      router.invalidate()
    },
  }),
})
const router = createAppRouter(queryClient)

function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}

// Mantine's dialogs lock the page's scrolling by a style tag of another library, which looks here for the nonce.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() })

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" />
        <StepUp>
          <RouterProvider router={router} />
        </StepUp>
      </QueryClientProvider>
    </MantineProvider>,
  )
}
