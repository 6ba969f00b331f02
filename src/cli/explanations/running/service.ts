import type { Explanations } from '../explanation.js';

/** Services of systemd and of Windows. */
export const SERVICES: Explanations = {
  'service-name-invalid': {
    kind: 'usage',
    meaning: 'The name of the service, or of the unit of --on-failure, is not valid. Nothing was written.',
    next: 'For the service, use at most 31 lower-case letters, digits and hyphens, begin with a letter, and use no name of a device of Windows, such as con. For a unit, write its whole name: notify@%n.service.',
  },
  'service-account-invalid': {
    kind: 'usage',
    meaning: 'The account of the service is not valid. Nothing was written.',
    causes: [
      'The account of a person was named with a domain. On Windows, a service needs a group managed service account, whose name ends with $.',
      'The name has a space or another sign in it that systemd does not accept.',
      'On Windows, a user of the machine, LocalSystem or another account was named that is not a group managed service account; on Linux, an account with a domain.',
    ],
    next: 'Name an existing user, or leave --user out: the service then gets an account of its own.',
  },
  'service-option-secret': {
    kind: 'usage',
    meaning:
      'The option may contain a secret, and units and command lines can be read by all users of the machine. Nothing was written.',
    next: 'Write the value into the config file of the service, which only administrators and the service can read.',
  },
  'service-path-relative': {
    kind: 'usage',
    meaning: 'A path for another machine is relative. scimctl does not know from which directory.',
    next: 'Write the whole path as it is on the server.',
  },
  'service-text-invalid': {
    kind: 'usage',
    meaning:
      'An option or a path has a line break or another control character in it, which would begin another setting of the unit.',
    next: 'Use a name without control characters.',
  },
  'service-platform-unknown': {
    kind: 'usage',
    meaning: 'This operating system has neither systemd nor the services of Windows.',
    next: 'Print the files for a server with `scimctl service print --platform linux`, or use what this system has, and start `scimctl serve` with it.',
  },
  'service-database-unsuitable': {
    kind: 'configuration',
    meaning: 'The connection setting in the config file does not work in a service. Nothing was written.',
    causes: [
      'It reads an environment variable, and a service does not have the variables of your shell.',
      'It names an embedded database, which is for evaluation.',
      'It has a relative path in it, and the service reads the setting at another place.',
    ],
    next: 'Write the setting into a file that only administrators can read, with whole paths, and name the file in the config file: "database": "@FILE".',
  },
  'service-directory-foreign': {
    kind: 'configuration',
    meaning:
      'On Windows, service install lets only administrators and the accounts of the service use the directory of the config file, with its lists and logs. The directory has another name than the service, has the program in it, or is a link. Nothing was changed in it.',
    causes: [
      'The config file is in the directory of another application, or in the root of a drive.',
      'Two services have their config files in one directory.',
      'An ordinary user made the directory, or a link in it, before you.',
    ],
    next: 'Move the config file to a directory with the name of the service, such as C:\\ProgramData\\scimctl, and name it with --config. Remove a link, and look at what else is in the directory.',
  },
  'service-program-hidden': {
    kind: 'operation',
    meaning:
      'scimctl or Node.js is in a home directory or in a directory for temporary files, and the service cannot read these. Nothing was written.',
    causes: [
      'scimctl was unpacked below /root or /home.',
      'Node.js was installed by nvm or a similar tool for one user only.',
    ],
    next: 'Install both for all users (docs/install.md), or name other files with --node and --program.',
  },
  'service-program-exposed': {
    kind: 'operation',
    meaning:
      'On Windows, ordinary users can change scimctl, Node.js or the wrapper, or a directory of these. They could let the service run programs of their own. Nothing was changed.',
    causes: [
      'scimctl was unpacked in a directory of a drive, such as C:\\scimctl, where Windows lets all authenticated users change files.',
      'scimctl or Node.js is below C:\\Users, or among temporary files.',
      'The directory was moved to C:\\Program Files from elsewhere, and kept its access rights.',
    ],
    next: 'Unpack scimctl below C:\\Program Files, and install Node.js there (docs/install.md). `icacls DIRECTORY /reset /T` lets a directory that was moved inherit the rights of its new place.',
  },
  'service-manager-missing': {
    kind: 'configuration',
    meaning: 'This system is not run by systemd, so that there are no services to install or to ask for.',
    causes: ['scimctl runs in a container, in a chroot or in WSL without systemd.'],
    next: 'In a container, start `scimctl serve` itself. For another machine, print the units with `scimctl service print`.',
  },
  'service-manager-old': {
    kind: 'configuration',
    meaning: 'This systemd is older than version 250 and does not know all settings that the units use.',
    next: 'Update the operating system, or print the units with `scimctl service print` and replace %d, the directory of credentials, by whole paths that the account of the service can read.',
  },
  'service-manager-failed': {
    kind: 'operation',
    meaning:
      'A step was refused by systemd or by Windows. service install takes back what it had changed, except access rights on Windows. After service uninstall on Windows, the named service or task is still there.',
    causes: [
      'The command was not run as root or as an administrator.',
      'A unit of this name is masked.',
      'The group managed service account may not be used on this server.',
    ],
    next: 'Run the program that the error names by hand to see more.',
  },
  'service-units-unwritable': {
    kind: 'operation',
    meaning: 'The directory of units, or on Windows that of the wrapper, cannot be written.',
    next: 'Run the command as root or as an administrator.',
  },
  'service-unit-foreign': {
    kind: 'operation',
    meaning:
      'A unit, or a service or task of Windows, with one of the names was not made by scimctl, and scimctl does not change it.',
    causes: ['The unit was written by hand, from an earlier version of the documentation.'],
    next: 'Remove or rename the unit or the task if you no longer need it, or choose another name for the service with --name.',
  },
  'service-unit-edited': {
    kind: 'operation',
    meaning:
      'A unit, or on Windows the configuration of the wrapper, was edited since scimctl wrote it. Nothing was changed.',
    next: 'Move the changes of a unit to a drop-in with systemctl edit, which stays as it is. Then add --replace: the edited file is kept beside the new one.',
  },
  'service-file-missing': {
    kind: 'configuration',
    meaning:
      'A file that the config file or an option names is not there, so that the service could not start.',
    next: 'Create the file, or correct the path. Relative paths in the config file begin in its directory.',
  },
  'service-not-running': {
    kind: 'operation',
    meaning:
      'The units are installed, but the endpoint ended before it listened. systemd tries again every 5 seconds.',
    causes: [
      'The port is taken by another program.',
      'The certificate, the key or a setting is not valid.',
      'The database refuses the login.',
    ],
    next: 'Read the log with journalctl. Correct the cause; after a change of options, install again.',
  },
  'service-files-unremovable': {
    kind: 'operation',
    meaning: 'A file of the service cannot be removed. The service is stopped.',
    next: 'Run the command as root or as an administrator, and again: it removes what is left.',
  },
};
