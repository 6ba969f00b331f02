/** How editors and shells write a text into a file. */
export const ENCODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a byte-order mark (Notepad)': (text) => Buffer.from(`\uFEFF${text}`),
  'UTF-16 with a byte-order mark (PowerShell)': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  'UTF-16BE with a byte-order mark': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
  'UTF-16 without a byte-order mark': (text) => Buffer.from(text, 'utf16le'),
  'UTF-16BE without a byte-order mark': (text) => Buffer.from(text, 'utf16le').swap16(),
};
