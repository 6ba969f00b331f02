export const isGroup = (entry) => 'commands' in entry;
