const nodeMajorMin = 24;

// Said before anything is loaded: an older Node.js fails at the imports, with words that help
// nobody.
if (Number(process.versions.node.split('.')[0]) < nodeMajorMin) {
  process.stderr.write(
    `Signalbox needs Node.js ${nodeMajorMin}, this is ${process.version}. ` +
      'Start it with "npm run start", which brings its own.\n',
  );
  process.exitCode = 1;
} else {
  const { run } = await import('./run.js');
  await run();
}
