# The service with everything it needs: Node 24 (pinned in package.json), Chromium for the PDFs, the embedded database.
# Container engines forbid Chromium the system calls of its own sandbox, so here the container is the wall.
FROM debian:trixie-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm ca-certificates && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM debian:trixie-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends chromium-headless-shell ca-certificates tini \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --create-home --uid 10001 jinfo \
  && mkdir -p /data && chown jinfo:jinfo /data
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY package.json LICENSE README.md ./
COPY contexts ./contexts
COPY content ./content
COPY keys.example ./keys.example
COPY src ./src
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data CACHE_DIR=/data/cache CHROME_PATH=/usr/bin/chromium-headless-shell BROWSER_SANDBOX=off
USER jinfo
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["/app/node_modules/.bin/node", "-e", "fetch('http://127.0.0.1:'+(process.env.PORT||3000)+'/readyz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["/app/node_modules/.bin/node", "src/server.ts"]
