# One image for everything that is ours: the API (which serves the web pages too), the worker and the migrations.
# The server side has no build step: Node runs the sources as they are.

FROM node:24-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/stripe-stand-in/package.json packages/stripe-stand-in/

# Install scripts only fetch what the image has or never runs: a Node, a database, Git hooks.
FROM base AS dependencies
RUN npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/@temporalio/core-bridge/releases/*-apple-* \
    node_modules/@temporalio/core-bridge/releases/*-windows-*

FROM base AS web
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY messages messages
COPY domain domain
COPY web web
RUN npm run build:web

FROM node:24-bookworm-slim
# Temporal's client needs the certificates. What installs packages has no business in here.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
    /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
  && install -d -o node -g node /data /certificates/server /certificates/client
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json main.ts admin.ts config.ts ./
COPY --from=web /app/messages messages
COPY domain domain
COPY db db
COPY temporal temporal
COPY workflows workflows
COPY workers workers
COPY api api
COPY deploy/worker-health.ts deploy/
COPY deploy/temporal/make-certificates.ts deploy/temporal/
COPY --from=web /app/web/build web/build
# For trying without accounts: the Stripe stand-in, which refuses NODE_ENV=production, and the demo catalog.
COPY packages/stripe-stand-in packages/stripe-stand-in
COPY dev/demo dev/demo
COPY dev/environment.ts dev/
# Workers take the workflows ready made: they are back in a second, and the compiler never runs in production.
RUN node main.ts bundle workflow-bundle.js && rm -rf /root/.cache
ENV WORKFLOW_BUNDLE=/app/workflow-bundle.js
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
CMD ["node", "main.ts"]
