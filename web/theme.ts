import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const accent: MantineColorsTuple = [
  '#eef0ff',
  '#dde1fb',
  '#b9c0f3',
  '#939dec',
  '#7480e5',
  '#5f6de0',
  '#4d5cd6',
  '#3d4fc4',
  '#3444ab',
  '#283791',
]

/** Neutral with a trace of the accent; index 7 is the page in the dark, 6 what is raised above it. */
const dark: MantineColorsTuple = [
  '#e3e5ea',
  '#b4b9c4',
  '#9aa0ad',
  '#6b7280',
  '#3d424d',
  '#30343d',
  '#22252c',
  '#17191e',
  '#131519',
  '#0d0e11',
]

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, dark },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  // Two sizes of text: 14 px, and 12 px for what is secondary.
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '20px' },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '16px' } } },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  defaultRadius: '6px',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { withArrow: false, openDelay: 250 } },
    Modal: {
      defaultProps: {
        yOffset: '10vh',
        transitionProps: { duration: 120 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Drawer: {
      defaultProps: { transitionProps: { duration: 120 }, closeButtonProps: { 'aria-label': 'Close' } },
    },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Menu: { defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } },
    Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } },
  },
})

/** Secondary text, errors and placeholders of the library are too pale for 4.5 : 1; these are not. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': '#1b1e25',
    '--mantine-color-dimmed': '#5a6170',
    '--mantine-color-placeholder': '#666d7b',
    '--mantine-color-error': '#c02626',
    '--mantine-color-default-border': '#d5d8df',
    '--mantine-color-anchor': '#3444ab',
  },
  dark: {
    '--mantine-color-text': '#e3e5ea',
    '--mantine-color-dimmed': '#a0a6b3',
    '--mantine-color-placeholder': '#969cab',
    '--mantine-color-error': '#ff8a8a',
    '--mantine-color-default-border': '#3a3f4a',
    '--mantine-color-anchor': '#a9b3f5',
  },
})
