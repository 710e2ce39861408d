import { type UseMutationOptions, type UseMutationResult, useMutation } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'

/**
 * `useMutation` whose `mutate` does nothing while an earlier call is under way. A button is disabled only with
 * the next drawing, and a double click is faster.
 */
export function useMutationOnce<T, V = void>({
  mutationFn,
  ...options
}: Omit<UseMutationOptions<T, Error, V>, 'mutationFn'> & {
  mutationFn: (input: V) => Promise<T>
}): UseMutationResult<T, Error, V> {
  const underWay = useRef(false)
  const mutation = useMutation<T, Error, V>({
    ...options,
    mutationFn: (input) =>
      mutationFn(input).finally(() => {
        underWay.current = false
      }),
  })
  const send = mutation.mutate
  const mutate = useCallback<typeof send>(
    (...input) => {
      if (underWay.current) return
      underWay.current = true
      send(...input)
    },
    [send],
  )
  return { ...mutation, mutate }
}
