import { usageProblem } from '../../problem.js';

export function parseBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // RFC 7644 §1.3: clients add paths and queries of their own.
  const isBare = url && !url.username && !url.password && !/[?#]/.test(text);
  if (isBare && /^https?:$/.test(url.protocol)) return text;
  throw usageProblem('url-invalid', `${JSON.stringify(text.slice(0, 200))} is not a valid base URL.`, {
    hint: 'Write it in the form https://host, without a user name, password or query.',
  });
}
