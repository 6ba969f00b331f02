/** The option of Node.js that a process needs to connect under Wine; see wine-keep-alive.ts. */
export const KEEP_ALIVE_OPTION = `--import=${new URL('./wine-keep-alive.js', import.meta.url).href}`;

/** `Wine 8.0`, if this Windows is not a real one. */
export async function wineVersion(): Promise<string | undefined> {
  if (process.platform !== 'win32') return undefined;
  const { default: koffi } = await import('koffi');
  try {
    return `Wine ${koffi.load('ntdll.dll').func('str wine_get_version()')()}`;
  } catch {
    return undefined;
  }
}
