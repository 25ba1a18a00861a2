import vue from '@vitejs/plugin-vue'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/**
 * Tells the service worker what the shell consists of.
 *
 * The worker is an entry of the build like the page; when all files are known, their names and one hash over them take
 * the place of its placeholders. What reads codes in pictures is large, and kept after the first idle moment. A changed build is a changed `sw.js`, and that is how browsers notice it.
 */
function shellList(): Plugin {
  return {
    name: 'shell-list',
    generateBundle(_options, bundle) {
      const built = Object.keys(bundle).filter((name) => name !== 'sw.js' && name !== 'index.html')
      const later = built.filter(isLater).map((name) => `/${name}`).sort()
      const early = built.filter((name) => !isLater(name))
      const shell = ['/', ...early.map((name) => `/${name}`), ...publicFiles().map((name) => `/${name}`)].sort()
      const version = createHash('sha256').update([...shell, ...later].join()).update(pageSource(bundle)).digest('hex').slice(0, 12)
      const worker = bundle['sw.js']
      if (worker?.type !== 'chunk') throw new Error('sw.js is missing from the build')
      worker.code = worker.code.replace('__SHELL__', JSON.stringify(shell)).replace('__LATER__', JSON.stringify(later)).replace('__VERSION__', JSON.stringify(version))
    },
  }
}

function isLater(name: string): boolean {
  return name.endsWith('.wasm') || /\/decoder-[^/]*\.js$/.test(name)
}

function publicFiles(): string[] {
  return readdirSync(join(import.meta.dirname, 'public'))
}

/** The page and the public files have no hash in their names, so their content has to count. */
function pageSource(bundle: Record<string, { type: string; code?: string }>): string {
  const page = readFileSync(join(import.meta.dirname, 'index.html'), 'utf8')
  const pictures = publicFiles().map((name) => readFileSync(join(import.meta.dirname, 'public', name), 'base64'))
  return [page, ...pictures, bundle['sw.js']?.code ?? ''].join()
}

/** Packed once here, where it costs nobody anything: the server sends `x.js.gz` in place of `x.js` to who unpacks it. */
function packed(): Plugin {
  return {
    name: 'packed',
    writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle).filter((each) => /\.(js|css|html|wasm)$/.test(each))) {
        const path = join(dir, name)
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  plugins: [vue(), shellList(), packed()],
  build: {
    // Handhelds stay in service for years: their WebViews are as old as Chromium 64.
    target: ['chrome64', 'safari12'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { index: 'index.html', sw: 'src/sw.ts' },
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { proxy: { '/api': process.env.TALLYLOOP_URL ?? 'http://127.0.0.1:8000' } },
  test: { environment: 'node', include: ['tests/**/*.test.ts'], setupFiles: ['tests/words.ts'] },
} as Parameters<typeof defineConfig>[0])
