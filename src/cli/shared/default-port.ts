export const DEFAULT_PORT = 8090;
