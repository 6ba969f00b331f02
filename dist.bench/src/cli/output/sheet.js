/** A set-up sheet as plain text. */
export function renderSheet({ idp, steps }) {
    const parts = steps.map(({ title, lines }, at) => [`${at + 1}. ${title}`, ...lines.map((line) => `   ${line}`)].join('\n'));
    return `Set-up sheet for IdP ${idp}\n\n${parts.join('\n\n')}\n`;
}
