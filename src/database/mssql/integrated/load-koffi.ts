/** koffi's block of memory for a call in another thread is too small for the resolver of the C library, in bytes. */
const STACK = 1 << 20;

/** koffi, which calls functions of the system's own libraries. Loaded only where integrated security is asked for. */
export async function loadKoffi() {
  const { default: koffi } = await import('koffi');
  // It is for the whole process, and cannot be changed once a library is loaded.
  if (koffi.config()?.async_stack_size !== STACK) koffi.config({ async_stack_size: STACK });
  return koffi;
}
