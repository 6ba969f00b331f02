/** The client's own id for the request, where it is one that can be logged. */
export const requestIdOf = (header) => typeof header === 'string' && /^[A-Za-z0-9._:-]{1,128}$/.test(header) ? header : undefined;
/** New ids: random for the process, and counted within it. */
export function requestIds(random) {
    const process = Buffer.from(random(9)).toString('base64url');
    let count = 0;
    return () => `${process}-${(++count).toString(36)}`;
}
