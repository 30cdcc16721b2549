//! A command-line program that logs its user in through his browser.
//!
//!     cargo run --features oidc --example cli_login
//!     cargo run --features oidc --example cli_login -- --device
//!
//! Without any variable set it starts an emulator of the service in this process; log in as `ann`
//! with `passw0rd!`. For a provider of your own set `OIDC_ISSUER` and `OIDC_CLIENT_ID` (a public
//! client with the redirect URI `http://127.0.0.1/callback`, any port).

use std::env;
use std::error::Error;

use authing::oauth2::DeviceLogin;
use authing::oidc::{Client, ClientAuth, ClientOptions};
use authing::{AuthenticationClient, Options};
use authing_emulator::Emulator;

fn main() -> Result<(), Box<dyn Error>> {
    let (rp, _emulator) = connect()?;
    if env::args().any(|argument| argument == "--device") {
        return on_another_device(&rp);
    }
    let tokens = rp.cli_login().scopes(["profile", "email"]).run(|url| {
        println!("Open this address in your browser:\n\n    {url}\n");
    })?;
    let claims = tokens.claims();
    let name = claims.user.preferred_username.as_deref().or(claims.user.name.as_deref());
    println!("Hello, {}! Your id is {}.", name.unwrap_or("stranger"), claims.sub);
    Ok(())
}

/// For a machine that has no browser.
fn on_another_device(rp: &Client) -> Result<(), Box<dyn Error>> {
    let show = |device: &DeviceLogin| {
        println!("Go to {} and type in {}", device.verification_uri, device.user_code);
    };
    match rp.login_from_device(["profile"], show, || true)? {
        Some(tokens) => println!("You are logged in. Your id is {}.", tokens.claims().sub),
        None => println!("You gave up."),
    }
    Ok(())
}

/// A client of the provider that the environment names, or of an emulator with one user.
fn connect() -> Result<(Client, Option<Emulator>), Box<dyn Error>> {
    let redirect_uri = "http://127.0.0.1/callback";
    if let (Ok(issuer), Ok(client_id)) = (env::var("OIDC_ISSUER"), env::var("OIDC_CLIENT_ID")) {
        let rp = Client::discover(&issuer, client_id, ClientAuth::none(), redirect_uri)?;
        return Ok((rp, None));
    }
    let emulator = Emulator::start()?;
    // A program that others can take apart keeps no secret, so that a key has to sign.
    emulator.sign_with_rsa();
    let options = Options::new()
        .app(emulator.app_id(), emulator.app_host())
        .public_key_pem(emulator.public_key());
    AuthenticationClient::new(options)?.register_by_username("ann", "passw0rd!")?;
    let options = ClientOptions::new(emulator.app_id(), ClientAuth::none(), redirect_uri);
    let issuer = format!("{}/oidc", emulator.app_host());
    Ok((Client::discover_with(&issuer, options)?, Some(emulator)))
}
