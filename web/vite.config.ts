import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/**
 * `npm run dev` serves the browser app with hot reload and passes the API on to a running Muster
 * (MUSTER_URL, default http://127.0.0.1:8080).
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // The server puts a fresh nonce in place of __CSP_NONCE__ in every page it sends (server/http/site.ts).
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Everything stays in files of our own origin: the policy allows no data: scripts or fonts.
    assetsInlineLimit: 0,
    // The preload helper injects <link> tags only; modern browsers need no polyfill of it.
    modulePreload: { polyfill: false },
    // build.ts watches the size that matters: what is loaded first, compressed.
    chunkSizeWarningLimit: 1000,
  },
  server: {
    proxy: { '/api/': { target: process.env.MUSTER_URL ?? 'http://127.0.0.1:8080', changeOrigin: true } },
  },
})
