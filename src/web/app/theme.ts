import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

/**
 * Petrol is for actions, navy for the navigation, ember (orange) for what is freed or
 * could be, red only for what is lost. Shade 7 of each is legible on white and shade 4 on the dark
 * body, by WCAG AA.
 */
const petrol: MantineColorsTuple = [
  '#eaf5f6',
  '#d5eaec',
  '#a9d4d8',
  '#7ac0c6',
  '#56b0b8',
  '#2f949d',
  '#1b8089',
  '#0a6b75',
  '#07575f',
  '#05434a',
]
const navy: MantineColorsTuple = [
  '#eef3f7',
  '#d9e3eb',
  '#b6c7d5',
  '#9fb3c4',
  '#7b95aa',
  '#4d6b84',
  '#2f4d66',
  '#1d3a52',
  '#14293c',
  '#0f2233',
]
const ember: MantineColorsTuple = [
  '#fff3e8',
  '#ffe3cb',
  '#ffc898',
  '#ffab66',
  '#ff9a52',
  '#ea7a26',
  '#cf6314',
  '#ab4b08',
  '#8f3f07',
  '#6e3006',
]
const red: MantineColorsTuple = [
  '#fff0ee',
  '#ffdfdb',
  '#ffbdb5',
  '#ffa197',
  '#ff8f85',
  '#ea5a4d',
  '#d23a2c',
  '#b42318',
  '#911a11',
  '#70130c',
]
const green: MantineColorsTuple = [
  '#e9f7ef',
  '#d2eedf',
  '#a5dcbf',
  '#76ca9d',
  '#58bd88',
  '#36a16b',
  '#268655',
  '#1a6f45',
  '#125936',
  '#0c4428',
]
const gray: MantineColorsTuple = [
  '#f6f8fa',
  '#eef2f5',
  '#e1e7ec',
  '#cfd8df',
  '#b7c3cd',
  '#8696a5',
  '#66788a',
  '#506273',
  '#37485a',
  '#1f2f3f',
]
const dark: MantineColorsTuple = [
  '#dbe4ec',
  '#bccad6',
  '#9aabba',
  '#8296a9',
  '#34495c',
  '#24394c',
  '#1a2d3e',
  '#112130',
  '#0c1a27',
  '#08131d',
]

const dialogTitle = {
  fontSize: '1.0625rem',
  fontWeight: 650,
  lineHeight: 1.35,
  overflowWrap: 'anywhere',
}

// A screen reader would take their own <header> for a second banner of the page.
const dialogProps = {
  attributes: { header: { role: 'presentation' } },
  // What lies under a dialog stays legible: the dialog is about it.
  overlayProps: { color: navy[9], backgroundOpacity: 0.45 },
}

export const theme = createTheme({
  colors: { petrol, navy, ember, red, green, gray, dark },
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  black: '#12212f',
  defaultRadius: 'sm',
  fontFamily:
    'Inter, "Inter fallback", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Helvetica, Arial, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  focusRing: 'auto',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Modal: { defaultProps: dialogProps, styles: { title: dialogTitle } },
    Drawer: { defaultProps: dialogProps, styles: { title: dialogTitle } },
  },
})

/** Mantine's own greys and reds for small text fail AA; the surfaces of both schemes are ours. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {
    '--jetsam-nav': navy[9],
    '--jetsam-nav-active': navy[7],
    '--jetsam-nav-text': '#e8eff5',
    '--jetsam-nav-dimmed': navy[3],
  },
  light: {
    '--mantine-color-dimmed': gray[7],
    '--mantine-color-placeholder': gray[6],
    '--mantine-color-error': red[7],
    '--mantine-color-success': green[7],
    '--mantine-color-default-border': gray[4],
    '--mantine-color-disabled-color': gray[6],
    '--jetsam-mark': petrol[7],
    '--jetsam-control-line': '#7f8f9e',
    '--jetsam-page': gray[0],
    '--jetsam-surface': '#ffffff',
    '--jetsam-line': gray[2],
    '--jetsam-row-hover': gray[0],
    '--jetsam-row-selected': '#e2f1f2',
    '--jetsam-freed': ember[7],
    '--jetsam-freed-bar': '#c2570c',
    '--jetsam-kept-bar': gray[4],
    '--jetsam-lost': red[7],
  },
  dark: {
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-placeholder': dark[3],
    '--mantine-color-error': red[4],
    '--mantine-color-success': green[4],
    '--mantine-color-disabled-color': dark[3],
    '--jetsam-mark': petrol[4],
    '--jetsam-control-line': '#708599',
    '--jetsam-page': dark[8],
    '--jetsam-surface': dark[7],
    '--jetsam-line': dark[5],
    '--jetsam-row-hover': '#16293a',
    '--jetsam-row-selected': '#123a44',
    '--jetsam-freed': ember[4],
    '--jetsam-freed-bar': ember[5],
    '--jetsam-kept-bar': '#4d6275',
    '--jetsam-lost': red[4],
  },
})
