/// <reference types="vitest/config" />
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/**
 * zod re-exports some fifty languages, and the cookie jar inside msw brings a 300 kB list of public
 * domain suffixes. Neither is ever used here, and the bundler cannot tell.
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

/** A server answers itself: what stands in for one within a page is no part of its dashboard. */
function withoutMockHost(): Plugin {
  return {
    name: 'without-mock-host',
    apply: (_, { command, mode }) => command === 'build' && mode === 'production',
    writeBundle: ({ dir }) => rm(join(dir ?? '', 'mockServiceWorker.js'), { force: true }),
  }
}

const packages = (...names: readonly string[]): RegExp =>
  new RegExp(`[\\\\/]node_modules[\\\\/](?:${names.join('|')})[\\\\/]`)

export default defineConfig(({ mode }) => ({
  // The demonstration works from any folder of any web server.
  base: mode === 'demo' ? './' : '/',
  plugins: [react(), withoutUnusedData(), withoutMockHost()],
  worker: { format: 'es', plugins: () => [withoutUnusedData()] },
  build: {
    outDir: mode === 'demo' ? 'dist-demo' : 'dist',
    target: 'es2023',
    license: { fileName: 'third-party-licenses.md' },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: packages('react', 'react-dom', 'react-router', 'scheduler') },
            {
              name: 'query',
              test: packages('@tanstack[\\\\/]query-core', '@tanstack[\\\\/]react-query'),
            },
            // What every page loads, as one file: shared by some page or other in each combination,
            // it would be in twenty, and so would each page announce.
            { name: 'shell', tags: ['$initial'] },
            // What most pages load and is small. In files of its own, one for each combination of
            // pages, it would be sixty of a kilobyte, which a browser asks for six at a time. What is
            // large stays apart: much of it is loaded only when a menu or a drawer is opened.
            {
              name: 'shared',
              test: /[\\/](?:src[\\/](?:web|contract|domain)|node_modules[\\/]@mantine[\\/](?:core|hooks))[\\/]/,
              minShareCount: 6,
              maxModuleSize: 2000,
            },
          ],
        },
      },
    },
  },
  test: {
    pool: 'threads',
    // Nothing is timed: this only ends what hangs, however busy the machine is.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          // A busy machine is slow, and that is no fault of what is tested.
          testTimeout: 60_000,
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
          // Node.js has storages of its own by now, which would hide those of the window.
          execArgv: process.allowedNodeEnvironmentFlags.has('--experimental-webstorage')
            ? ['--no-experimental-webstorage']
            : [],
          setupFiles: ['src/web/testing/leave-nothing.ts'],
          include: ['src/web/**/*.test.{ts,tsx}'],
        },
      },
    ],
  },
}))
