import type { RequestListener } from 'node:http';

/** Answers on a port of its own, for whoever may see the metrics, with nothing else. */
export const metricsListener =
  (page: () => Promise<string>): RequestListener =>
  (request, response) => {
    const isPage = /^\/metrics\/?(\?|$)/.test(request.url ?? '');
    if (!isPage || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(404).end();
      return;
    }
    page().then(
      (text) =>
        response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      () => response.writeHead(500).end(),
    );
  };
