import { useMediaQuery } from '@mantine/hooks'

/** 36 px for a mouse, 44 px for fingers, and two lines where the window is a phone’s. */
export function useRowHeight(twoLines = 60): number {
  const narrow = useMediaQuery('(max-width: 700px)', undefined, { getInitialValueInEffect: false })
  const touch = useMediaQuery('(pointer: coarse)', undefined, { getInitialValueInEffect: false })
  if (narrow) return twoLines
  return touch ? 44 : 36
}
