#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 17)) {
  process.stderr.write(
    `Error: scimctl requires Node.js 20.17 or later, and this is ${process.versions.node}. [node-too-old]\n` +
      '  Install a newer Node.js, or use an executable that contains one (docs/install.md).\n',
  );
  process.exitCode = 3;
} else {
  const [{ main }, { realWorld }] = await Promise.all([
    import('../dist/src/main.js'),
    import('../dist/src/world.js'),
  ]);

  // What Node deprecates in our dependencies is our business, not an administrator's.
  process.noDeprecation = true;

  process.exitCode = await main(process.argv.slice(2), realWorld());
  // Interrupted: something may still be waiting for an answer that nobody wants any more.
  if (process.exitCode === 130) process.exit();
}
