import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

type Package = { name: string; version: string }

/** `npm run dev` shows the pages with a daemon's data: LISTSYNC=http://127.0.0.1:3222 npm run dev */
const daemon = process.env.LISTSYNC ?? 'http://127.0.0.1:3222'

/** What the first page needs; icons are left out, since each comes with what shows it. */
const everywhere =
  /node_modules\/(@?vue|vue-router|@?pinia)\/|lucide\/vue\/dist\/esm\/(?!icons)|src\/(api\/|live\/(live|events|connection|sync|merge|runEvents)|words\/|text\/[a-z]+\.ts|app\/session|ui\/(PageHeader|AppButton|IconButton|EmptyState|LoadingLines|QueryView|StatusMark|AppSection|AppPoster|AppTime|ProgressBar|tones|toasts))|en\/(words|frame)/

/** Writes which packages the pages hold, for the image's list of what is in it: NAME@VERSION a line. */
const packages: Plugin = {
  name: 'packages',
  apply: 'build',
  generateBundle(_, bundle) {
    const folders = Object.values(bundle)
      .flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []))
      .flatMap((id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? [])
    const lines = [...new Set(folders), 'node_modules/tailwindcss'].map((folder) => {
      const described = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Package
      return `${described.name}@${described.version}\n`
    })
    this.emitFile({ type: 'asset', fileName: '.packages', source: lines.sort().join('') })
  },
}

export default defineConfig({
  // Addresses in the page are relative to its <base>, which the server sets to the base path.
  base: './',
  plugins: [vue(), tailwindcss(), packages],
  // What we do not use of Vue need not be sent.
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
  },
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // What every page needs comes in one file: it packs better, and is asked for once.
    rolldownOptions: {
      output: { advancedChunks: { groups: [{ name: 'base', test: everywhere }] } },
    },
  },
  server: { proxy: { '/api': { target: daemon, ws: true, changeOrigin: false } } },
  test: {
    environment: 'happy-dom',
    environmentOptions: { happyDOM: { url: 'http://localhost:3222/' } },
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    // Tests read the theme; other styles do not matter to them.
    css: { include: [/theme\.css/] },
    restoreMocks: true,
  },
})
