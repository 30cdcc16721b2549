// What every browser test needs: a browser, a program of this repository, and an end to both.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** A headless Chromium with an empty profile; `close()` ends it. */
export async function launchBrowser() {
  const profile = mkdtempSync(path.join(tmpdir(), 'authing-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: ARGUMENTS,
    viewport: { width: 960, height: 640 },
  });
  return {
    context,
    newPage: () => context.newPage(),
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Saves what a page looks like; returns the file. */
export async function screenshot(page, name) {
  const file = path.join(process.env.SCREENSHOTS, `${name}.png`);
  await page.screenshot({ path: file });
  return file;
}

/**
 * Builds and starts an example, and waits for the line in which it says where it is: the first
 * `http://…` that it prints. `stop()` ends it.
 */
export async function startExample(name, features, env = {}) {
  const options = { cwd: process.env.REPOSITORY, stdio: ['ignore', 'inherit', 'inherit'] };
  const build = ['build', '--quiet', '--features', features, '--example', name];
  if (spawnSync('cargo', build, options).status !== 0) throw new Error(`cannot build ${name}`);
  const program = path.join(process.env.CARGO_TARGET_DIR, 'debug', 'examples', name);
  const child = spawn(program, {
    env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = [];
  const url = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with status ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const found = line.match(/http:\/\/\S+/);
      if (found) resolve(found[0]);
    });
  });
  return {
    url,
    lines,
    async stop() {
      child.removeAllListeners('exit');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}
