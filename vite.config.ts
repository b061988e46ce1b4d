/// <reference types="vitest/config" />
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/**
 * Leaves out zod's some fifty languages, and the 300 kB list of public domain suffixes that the
 * cookie jar inside msw brings. Neither is ever used here, and the bundler cannot know that.
 */
function withoutUnusedData(): Plugin {
  return {
    name: 'without-unused-data',
    enforce: 'pre',
    load: {
      filter: {
        id: [
          /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/,
          /[\\/]node_modules[\\/]tldts[\\/].*index\.js$/,
        ],
      },
      handler: (id) =>
        id.includes('tldts')
          ? 'export const getDomain = (host) => host\nexport const getHostname = (url) => url\nexport const parse = (host) => ({ domain: host, hostname: host })'
          : "export { default as en } from './en.js'",
    },
  }
}

/**
 * The code of the router without its development warnings: its package offers them, under a
 * condition of its own, to every bundler.
 */
const routerForUsers = fileURLToPath(
  new URL('node_modules/react-router/dist/production/index.mjs', import.meta.url),
)

/** Mantine's palettes that no component of the dashboard has. */
const unusedPalettes =
  /--mantine-color-(?:blue|cyan|grape|indigo|lime|orange|pink|teal|violet|yellow)-[^:;]+:[^;]+;/g

/** Leaves them out: they are a tenth of the style that loads first. */
function withoutUnusedPalettes(): Plugin {
  return {
    name: 'without-unused-palettes',
    enforce: 'pre',
    transform: {
      filter: { id: /[\\/]styles[\\/]default-css-variables\.css$/ },
      handler: (code) => code.replaceAll(unusedPalettes, ''),
    },
  }
}

/**
 * Takes the names for developer tools from the router's components. A bundler keeps what is given a
 * name, used or not: its forms, script tags and scroll restoration, which the dashboard never has.
 */
function withoutRouterNames(): Plugin {
  return {
    name: 'without-router-names',
    enforce: 'pre',
    apply: 'build',
    transform: {
      filter: { id: /[\\/]node_modules[\\/]react-router[\\/]dist[\\/]production[\\/]/ },
      handler: (code) =>
        code
          .replaceAll(/^\w+\.displayName = .*;$/gm, '')
          .replaceAll(
            /^(var \w+ = )(?=React\w*\.(?:forwardRef|memo|createContext)\()/gm,
            '$1/* @__PURE__ */ ',
          ),
    },
  }
}

/** Vite lists the licences of code; that of the font comes after them. */
function withFontLicence(fileName: string): Plugin {
  return {
    name: 'with-font-licence',
    apply: 'build',
    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        const notices = bundle[fileName]
        if (notices?.type !== 'asset') throw new Error(`the build has no ${fileName}`)
        const folder = new URL('node_modules/@fontsource-variable/inter/', import.meta.url)
        const { name, version, license } = JSON.parse(
          await readFile(new URL('package.json', folder), 'utf8'),
        ) as Readonly<Record<string, string>>
        const text = await readFile(new URL('LICENSE', folder), 'utf8')
        const before = String(notices.source)
        notices.source = `${before}\n## ${name} - ${version} (${license})\n\n${text.trim()}\n`
      },
    },
  }
}

/** A server answers itself: the mock host is no part of its dashboard. */
function withoutMockHost(): Plugin {
  return {
    name: 'without-mock-host',
    apply: (_, { command, mode }) => command === 'build' && mode === 'production',
    writeBundle: ({ dir }) => rm(join(dir ?? '', 'mockServiceWorker.js'), { force: true }),
  }
}

const licences = 'third-party-licenses.md'

const packages = (...names: readonly string[]): RegExp =>
  new RegExp(`[\\\\/]node_modules[\\\\/](?:${names.join('|')})[\\\\/]`)

export default defineConfig(({ command, mode }) => ({
  // The demonstration works from any folder of any web server.
  base: mode === 'demo' ? './' : '/',
  plugins: [
    react(),
    withoutUnusedData(),
    withoutUnusedPalettes(),
    withoutRouterNames(),
    withFontLicence(licences),
    withoutMockHost(),
  ],
  resolve: {
    alias: command === 'build' ? [{ find: /^react-router$/, replacement: routerForUsers }] : [],
  },
  worker: { format: 'es', plugins: () => [withoutUnusedData()] },
  build: {
    outDir: mode === 'demo' ? 'dist-demo' : 'dist',
    target: 'es2023',
    license: { fileName: licences },
    rolldownOptions: {
      // Schemas are made by calls, and the bundler cannot know that these do nothing else.
      treeshake: {
        moduleSideEffects: [{ test: /[\\/]src[\\/]contract[\\/]/, sideEffects: false }],
      },
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: packages('react', 'react-dom', 'react-router', 'scheduler') },
            {
              name: 'query',
              test: packages('@tanstack[\\\\/]query-core', '@tanstack[\\\\/]react-query'),
            },
            // The code of every page, as one file: otherwise the bundler would make twenty files,
            // one for each combination of pages that share code, and each page would preload as
            // many.
            { name: 'shell', tags: ['$initial'] },
            // Small code that most pages load. Otherwise it would be sixty files of a kilobyte, one
            // for each combination of pages, and a browser requests only six at a time. Large code
            // stays separate: much of it loads only when a menu or a drawer opens.
            {
              name: 'shared',
              // Not the frame of dialogs: it is small, but brings the code of modal windows with it.
              // Nor what menus, dialogs, lists of suggestions and their parts are made of, which
              // open later.
              test: /[\\/](?:src[\\/](?:web|contract|domain)|node_modules[\\/]@mantine[\\/](?:core|hooks))[\\/](?!components[\\/](?:feedback[\\/](?:dialog-frame|confirm-dialog)|form[\\/]copy-|layout[\\/]use-focus-)|components[\\/]table[\\/]row-focus|values[\\/]digest\.|esm[\\/](?:components[\\/](?:Popover|Modal|ScrollArea|Overlay|FocusTrap|Portal|Radio|Checkbox|Combobox[\\/](?!ComboboxChevron|get-parsed))|utils[\\/]Floating|use-(?:long-press|click-outside|focus-(?:trap|return))))/,
              minShareCount: 6,
              maxModuleSize: 2000,
            },
            // The same of code that the first page does not need.
            {
              name: 'shared-later',
              test: /[\\/]src[\\/](?:web[\\/](?:components[\\/](?:form[\\/]copy-|layout[\\/]use-focus-)|entities[\\/]short-digest)|domain[\\/]values[\\/]digest\.)/,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
  test: {
    pool: 'threads',
    // Vitest leaves one core to others: half the machine that runs all tests.
    maxWorkers: '100%',
    // Nothing is timed: this only ends a test that hangs, on a machine under any load.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 40_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          // The engine keeps nothing between two tests, so its modules are loaded once for all.
          isolate: false,
          setupFiles: ['src/testing/histories/property-seed.ts'],
          include: ['src/**/*.test.ts', 'e2e/**/*.test.ts'],
          exclude: ['src/web/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'web',
          environment: 'happy-dom',
          isolate: false,
          // Newer Node.js has its own storages, which would hide those of the window.
          execArgv: process.allowedNodeEnvironmentFlags.has('--experimental-webstorage')
            ? ['--no-experimental-webstorage']
            : [],
          setupFiles: ['src/web/testing/clean-up-after-each.ts'],
          include: ['src/web/**/*.test.{ts,tsx}'],
        },
      },
    ],
  },
}))
