/** Keeps the whole tablet page on the device: it starts without a network, and changes version only when the page says so. */
import {
  cleanupOutdatedCaches,
  getCacheKeyForURL,
  matchPrecache,
  type PrecacheEntry,
  precache,
} from 'workbox-precaching'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: PrecacheEntry[] }

precache(self.__WB_MANIFEST)
cleanupOutdatedCaches()

// No skipWaiting at install and no clients.claim: a visit that began with one version ends with it.
self.addEventListener('message', (event) => {
  if (event.data === 'activate') void self.skipWaiting()
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET') return
  // Every page of the scope is the one page; the API is outside the list and goes to the network untouched.
  const wanted = request.mode === 'navigate' ? 'index.html' : request.url
  if (!getCacheKeyForURL(wanted)) return
  event.respondWith(matchPrecache(wanted).then((kept) => kept ?? fetch(request)))
})
