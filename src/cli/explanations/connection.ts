import type { Explanations } from './explanation.js';

/** Reaching a database server and logging in. */
export const CONNECTION: Explanations = {
  'database-host-unknown': {
    kind: 'configuration',
    meaning: 'The name of the database server cannot be resolved to an address. Nothing was changed.',
    causes: [
      'The name is mistyped.',
      'This machine uses a DNS server that does not know the name, or needs the fully qualified name.',
      'The network or the VPN is down.',
    ],
    next: 'Check the name with nslookup on this machine, or use the fully qualified name or the IP address.',
  },
  'database-unreachable': {
    kind: 'configuration',
    meaning: 'No connection to the database server can be made. Nothing was changed.',
    causes: [
      'The server does not run, or listens on another port.',
      'In SQL Server, the TCP/IP protocol is disabled. It is off by default in some editions.',
      'In PostgreSQL, listen_addresses does not include the address.',
      'A firewall rejects the connection, or the network has no route.',
      'Another program listens on the port.',
    ],
    next: 'Check host and port, then that the server runs. `scimctl check database` tries again; `scimctl db wait` waits until the server answers.',
  },
  'database-instance-unknown': {
    kind: 'configuration',
    meaning: 'SQL Server Browser did not say on which port the named instance listens.',
    causes: [
      'The name of the instance is mistyped.',
      'The service SQL Server Browser does not run.',
      'A firewall blocks UDP port 1434.',
    ],
    next: 'Start SQL Server Browser and open the port, or name the port of the instance instead: Server=host,port.',
  },
  'database-starting': {
    kind: 'configuration',
    meaning:
      'The server runs, but it or its database does not accept connections at the moment: it starts, stops, recovers or is paused.',
    next: 'Try again in a moment. `scimctl db wait` waits until the database is ready. If it stays like this, ask the DBA.',
  },
  'database-login-failed': {
    kind: 'configuration',
    meaning:
      'The database server refused the login. For safety, servers do not tell a wrong password from a login that does not exist.',
    causes: [
      'The password is wrong, has expired, or ends with a space or line break in its file.',
      'The login does not exist, is disabled or is locked.',
      'SQL Server accepts only Windows accounts. SQL logins require the SQL Server and Windows Authentication mode.',
      'With integrated security, the Windows account of the process has no login on the server.',
    ],
    next: 'Check user and password. Have the DBA look at the error log of the server, which has the exact reason.',
  },
  'database-password-missing': {
    kind: 'configuration',
    meaning: 'The server requires a password, and the settings contain none.',
    next: 'Set SCIMCTL_DATABASE_PASSWORD or SCIMCTL_DATABASE_PASSWORD_FILE, or write the password into the file of an @FILE setting. With PostgreSQL, ~/.pgpass works too.',
  },
  'database-missing': {
    kind: 'configuration',
    meaning:
      'The server has no database with this name, or the login has no access to it. SQL Server reports both in the same way.',
    causes: [
      'The name is mistyped. In PostgreSQL, upper and lower case matter.',
      'The setting names the wrong server or instance.',
      'The login has no user in the database.',
    ],
    next: 'Check the name. Have the DBA create the database, or give the login access to it.',
  },
  'database-access-denied': {
    kind: 'configuration',
    meaning: 'The login is correct, but may not connect to this database.',
    causes: [
      'In SQL Server, the login has no user in the database.',
      'In PostgreSQL, the role lacks CONNECT, no rule in pg_hba.conf allows the connection, or the database allows no connections.',
    ],
    next: 'Have the DBA run the statement, or add the rule, that the error names.',
  },
  'database-too-many-connections': {
    kind: 'configuration',
    meaning: 'The database server has no free connection. Nothing was changed.',
    next: 'Try again later, or retry for longer with --timeout. If it happens often, raise the limit of the server or of the login, or lower --database-connections of the endpoint.',
  },
  'database-connection-failed': {
    kind: 'configuration',
    meaning:
      'The connection failed for a reason that scimctl does not classify. The error quotes the server or the driver. Nothing was changed.',
    next: 'Check the connection setting and the error log of the server. --verbose shows the underlying error.',
  },
  'database-connection-lost': {
    kind: 'configuration',
    meaning:
      'The connection broke during the command, and could not be restored within the time limit. No change was applied partially.',
    causes: [
      'The server was restarted, or failed over.',
      'The network was interrupted.',
      'An administrator ended the session.',
    ],
    next: 'Wait with `scimctl db wait`, then run the command again. To retry for longer, use --timeout.',
  },
  'database-outcome-unknown': {
    kind: 'configuration',
    meaning:
      'The connection broke during COMMIT. The change was saved completely or not at all, but scimctl cannot tell which.',
    next: 'When the server is back, look for the event of the change with `scimctl audit list`. If it is not there, run the command again.',
  },
  'database-read-only': {
    kind: 'configuration',
    meaning: 'The database accepts no writes.',
    causes: [
      'The connection leads to a replica or a secondary of an availability group.',
      'A failover is in progress.',
      'The database was set to read-only.',
    ],
    next: 'Name the primary server or the listener, wait until the failover has finished, or make the database writable again.',
  },
  'database-disk-full': {
    kind: 'configuration',
    meaning: 'The disk or a file of the database is full. Nothing was changed.',
    causes: [
      'The disk of the server is full.',
      'A data file or the transaction log of SQL Server has reached its maximum size, for example because no log backups run.',
    ],
    next: 'Have the DBA free some space, then run the command again.',
  },
  'database-busy': {
    kind: 'operation',
    otherKind: 'configuration',
    meaning:
      'The database could not carry out the change because of other work, although scimctl tried again. Nothing was changed. If the server refuses the connection for this reason, the exit code is 3.',
    causes: [
      'Deadlocks or conflicts with other changes.',
      'The server lacks memory, locks or other resources.',
    ],
    next: 'Run the command again when the server is less busy, or retry for longer with --timeout.',
  },
  'database-lock-timeout': {
    kind: 'operation',
    meaning:
      'Another session holds a lock that the command needs, and did not release it in time. Nothing was changed.',
    causes: [
      'A transaction of the host application or of a query window is open.',
      'Another administrator runs a command of scimctl.',
      'A backup, an index rebuild or a long report is in progress.',
    ],
    next: 'Find the session that holds the lock, run the command again later, or wait longer with --timeout.',
  },
  'database-timeout': {
    kind: 'operation',
    otherKind: 'configuration',
    meaning:
      'The server did not answer in time. Nothing was changed. If no connection was made in time, the exit code is 3.',
    causes: [
      'The server is overloaded, or a statement waits for another session.',
      'A firewall drops packets without an answer.',
      'The host or port is wrong.',
    ],
    next: 'Check host, port and firewalls if the connection fails; otherwise run the command again when the server is less busy. --timeout allows more time.',
  },
  'database-pool-exhausted': {
    kind: 'operation',
    otherKind: 'configuration',
    meaning:
      'All database connections of this process are in use. Nothing was changed. If no connection could be made at all, the exit code is 3.',
    next: 'Run the command again, or wait longer with --timeout. If it persists, have the DBA look for a statement that hangs.',
  },
  'database-error': {
    kind: 'operation',
    meaning:
      'The database refused a statement for a reason that scimctl does not classify. The error quotes the server. Nothing was changed.',
    next: 'Run the command again with --verbose to see the complete error. Check with `scimctl db verify` that the schema is unchanged.',
  },
};
