export const DEFAULT_LIMITS = {
    maxBody: 1024 * 1024,
    maxDepth: 32,
    maxHeader: 16 * 1024,
    maxConcurrency: 32,
    maxQueue: 512,
    maxConnections: 1024,
    headersMs: 10_000,
    requestMs: 30_000,
    handlerMs: 30_000,
    keepAliveMs: 75_000,
};
