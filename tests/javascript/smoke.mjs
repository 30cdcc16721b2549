// Drives the emulator with the official JavaScript SDK (authing-js-sdk 4.23): what the official
// Python SDK has not, or has wrong. Usage: node smoke.mjs EMULATOR_PROGRAM, with the SDK installed
// in the working directory. Ends with 0 if every check holds.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const { AuthenticationClient, EmailScene } =
  createRequire(`${process.cwd()}/`)('authing-js-sdk')

const PASSWORD = 'passw0rd!'
const emulator = spawn(process.argv[2], [], { stdio: ['ignore', 'pipe', 'inherit'] })
try {
  const [line] = await new Promise(resolve =>
    createInterface(emulator.stdout).once('line', (...line) => resolve(line))
  )
  const ready = JSON.parse(line)
  await checkAccount(ready)
  await checkSecondFactor(ready)
  await checkQrCode(ready)
  console.log('authing-js-sdk 4.23 works with the emulator')
} finally {
  emulator.kill()
}

/** A client that throws what the service refuses, with its code and data. */
function client(ready) {
  return new AuthenticationClient({
    appId: ready.app_id,
    appHost: ready.app_host,
    publicKey: ready.public_key,
    onError: (code, message, data) => {
      throw Object.assign(new Error(message), { code, data })
    }
  })
}

async function signedIn(ready, username) {
  const app = client(ready)
  await app.registerByUsername(username, PASSWORD)
  await app.loginByUsername(username, PASSWORD)
  return app
}

async function refused(code, call) {
  const error = await call().then(
    answer => assert.fail(`expected ${code}, got ${JSON.stringify(answer)}`),
    error => error
  )
  // Where the HTTP status is one of failure, the SDK throws the error of its HTTP client.
  assert.equal(error.response?.data.code ?? error.code, code, error)
  return error
}

async function checkAccount(ready) {
  const app = await signedIn(ready, 'ann')
  assert.equal((await app.getSecurityLevel()).mfa, false)
  assert.deepEqual(await app.listOrgs(), [])
  assert.equal((await app.listDepartments()).totalCount, 0)
  assert.equal((await app.listAuthorizedResources('default')).totalCount, 0)
  assert.equal((await app.listApplications()).totalCount, 0)
  assert.equal(await app.hasRole('admin'), false)
  assert.equal(await app.isUserExists({ username: 'ann' }), true)
  assert.equal((await app.checkPasswordStrength('abc')).valid, false)
  assert.equal(await app.principal.detail(), null)
  const principal = { type: 'P', name: 'a', idCard: 'b', bankCard: 'c' }
  await refused(400, () => app.principal.authenticate(principal))
  await refused(2004, () => app.loginByLdap('nobody', PASSWORD))
  await refused(2004, () => app.loginBySubAccount('nobody', PASSWORD))
  await app.sendEmail('ann@example.com', EmailScene.VerifyEmail)
  await refused(2001, () => app.bindEmail('ann@example.com', 'wrong'))
  await app.sendSmsCode('13800000000')
  await refused(1000, () => app.sendSmsCode('13800000000'))
}

async function checkSecondFactor(ready) {
  const app = await signedIn(ready, 'bob')
  assert.deepEqual(await app.mfa.getMfaAuthenticators(), [])
  const { secret, recovery_code } = await app.mfa.assosicateMfaAuthenticator()
  await app.mfa.confirmAssosicateMfaAuthenticator({ authenticatorType: 'totp', totp: totp(secret, -1) })
  assert.equal((await app.mfa.getMfaAuthenticators())[0].enable, true)

  const other = client(ready)
  const challenge = async () =>
    (await refused(1635, () => other.loginByUsername('bob', PASSWORD))).data.mfaToken
  let mfaToken = await challenge()
  await refused(6001, () => other.mfa.verifyTotpMfa({ totp: '000000', mfaToken }))
  assert.ok((await other.mfa.verifyTotpMfa({ totp: totp(secret), mfaToken })).token)
  mfaToken = await challenge()
  const phone = { phone: '13900000000', mfaToken }
  assert.equal(await other.mfa.phoneOrEmailBindable(phone), true)
  await refused(2001, () => other.mfa.verifyAppSmsMfa({ ...phone, code: 'wrong' }))
  await refused(6002, () => other.mfa.verifyTotpRecoveryCode({ recoveryCode: 'wrong', mfaToken }))
  const recovered = { recoveryCode: recovery_code, mfaToken }
  assert.ok((await other.mfa.verifyTotpRecoveryCode(recovered)).token)
  await app.mfa.deleteMfaAuthenticator()
  assert.ok((await other.loginByUsername('bob', PASSWORD)).token)
  const photo = 'https://example.com/bob.jpg'
  assert.ok((await app.mfa.associateFaceByUrl({ baseFace: photo, compareFace: photo })).token)
}

async function checkQrCode(ready) {
  const phone = await signedIn(ready, 'cat')
  const app = client(ready)
  const { random, url } = await app.qrcode.geneCode()
  assert.ok(url)
  const status = async () => (await app.qrcode.checkStatus(random)).status
  assert.equal(await status(), 0)
  // What scans has no method: the documents of Approw show these endpoints.
  const answer = step =>
    phone.httpClient.request({
      method: 'POST',
      url: `${ready.app_host}/api/v2/qrcode/${step}`,
      data: { random }
    })
  await answer('scanned')
  assert.equal(await status(), 1)
  await answer('confirm')
  const { ticket } = await app.qrcode.checkStatus(random)
  assert.equal((await app.qrcode.exchangeUserInfo(ticket)).username, 'cat')
  await refused(400, () => app.qrcode.exchangeUserInfo(ticket))
  await refused(2241, () => app.qrcode.checkStatus('nonsense'))
}

/** RFC 6238, written here so that the emulator's own is not trusted. */
function totp(secret, steps = 0) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret].map(c => letters.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps))
  const digest = createHmac('sha1', key).update(counter).digest()
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff
  return String(number % 10 ** 6).padStart(6, '0')
}
