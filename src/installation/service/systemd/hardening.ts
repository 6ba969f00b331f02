import type { ServicePlan } from '../plan.js';

/** Below these, a service sees nothing, or files of its own. */
const HIDDEN = ['/home', '/root', '/run/user', '/tmp', '/var/tmp'];

/** Whether the units that we write keep the service from reading a file. @param path absolute, without links. */
export const isHiddenFromService = (path: string): boolean =>
  HIDDEN.some((directory) => path === directory || path.startsWith(`${directory}/`));

/**
 * What a unit of ours may do: connect, listen, and read what all users may read. `MemoryDenyWriteExecute` is missing
 * because V8 compiles at run time. @see systemd.exec(5)
 */
export const hardening = ({ user, name, serve }: ServicePlan, part: 'serve' | 'job'): string[] => {
  const isLow = part === 'serve' && serve.needsLowPort;
  return [
    ...(user === undefined ? ['DynamicUser=yes', `User=${name}`] : [`User=${user}`]),
    'UMask=0077',
    'NoNewPrivileges=yes',
    `CapabilityBoundingSet=${isLow ? 'CAP_NET_BIND_SERVICE' : ''}`,
    `AmbientCapabilities=${isLow ? 'CAP_NET_BIND_SERVICE' : ''}`,
    'ProtectSystem=strict',
    'ProtectHome=yes',
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'ProtectProc=invisible',
    'RemoveIPC=yes',
    'LockPersonality=yes',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    'SystemCallFilter=~@privileged',
    'SystemCallErrorNumber=EPERM',
  ];
};
