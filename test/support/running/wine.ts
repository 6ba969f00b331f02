/** The option of Node.js that a process needs to connect under Wine; see wine-keep-alive.ts. */
export const KEEP_ALIVE_OPTION = `--import=${new URL('./wine-keep-alive.js', import.meta.url).href}`;

/** Whether this Windows is Wine. */
export async function isWine(): Promise<boolean> {
  if (process.platform !== 'win32') return false;
  const { default: koffi } = await import('koffi');
  try {
    koffi.load('ntdll.dll').func('str wine_get_version()');
    return true;
  } catch {
    return false;
  }
}
