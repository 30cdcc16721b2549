// A person logs in by OpenID Connect: at a web program, and at one on the command line.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, screenshot, startExample } from './browser.mjs';

let browser;

before(async () => { browser = await launchBrowser(); });
after(async () => { await browser?.close(); });

async function signIn(page, password = 'passw0rd!') {
  await page.getByLabel('User name').fill('ann');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

// A program that has ended by itself does not end again.
const end = (program) =>
  Promise.race([program.stop(), new Promise((resolve) => setTimeout(resolve, 1000))]);

test('a web program: wrong password, login, consent, profile, logout', async () => {
  const program = await startExample('web_login', 'oidc');
  try {
    const page = await browser.newPage();
    await page.goto(program.url);
    await page.getByText('You are not logged in.').waitFor();
    await page.getByRole('link', { name: 'Log in' }).click();
    await screenshot(page, 'oidc-login');
    await signIn(page, 'wrong');
    await page.getByRole('alert').waitFor();
    await signIn(page);
    await page.getByRole('heading', { name: 'Allow access?' }).waitFor();
    await screenshot(page, 'oidc-consent');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Hello, ann' }).waitFor();
    assert.equal(page.url(), program.url, 'no code is left in the address');
    await screenshot(page, 'oidc-profile');

    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('You are not logged in.').waitFor();
    assert.equal(page.url(), program.url);
    // The session at the provider has ended too.
    await page.getByRole('link', { name: 'Log in' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();

    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.match(await page.getByRole('alert').textContent(), /access_denied/);
    const answer = await page.goto(`${program.url}callback?code=x&state=y`);
    assert.equal(answer.status(), 400);
    await page.close();
  } finally {
    await program.stop();
  }
});

test('a program on the command line: login, and the page that says to return to it', async () => {
  const program = await startExample('cli_login', 'oidc');
  try {
    const page = await browser.newPage();
    await page.goto(program.url);
    await signIn(page);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'You are logged in' }).waitFor();
    await screenshot(page, 'oidc-cli-done');
    assert.match(await page.textContent('main'), /return to the terminal/);
    for (let n = 0; n < 50 && !program.lines.some((line) => line.startsWith('Hello')); n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(program.lines.some((line) => line.startsWith('Hello, ann!')), program.lines.join('\n'));
    await page.close();
  } finally {
    await end(program);
  }
});

test('a program on the command line: a user who cancels is told so', async () => {
  const program = await startExample('cli_login', 'oidc');
  const page = await browser.newPage();
  await page.goto(program.url);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('heading', { name: 'The login did not work' }).waitFor();
  assert.match(await page.textContent('main'), /access_denied/);
  await screenshot(page, 'oidc-cli-refused');
  await page.close();
  await end(program);
});
