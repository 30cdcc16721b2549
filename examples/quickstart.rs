//! Registers a user, logs in, updates the profile, lists the user pool, and shows an error.
//!
//!     cargo run --example quickstart
//!
//! Without any variable set it starts an emulator of the service in this process. To use a real
//! server, set `AUTHING_USERPOOL_ID`, `AUTHING_USERPOOL_SECRET`, `AUTHING_APP_ID` and
//! `AUTHING_APP_HOST`, for a private deployment `AUTHING_SERVER` too; the user that the example
//! makes is deleted at the end.

use std::time::{SystemTime, UNIX_EPOCH};

use authing::{
    AuthenticationClient, Language, ManagementClient, NewUser, Options, ProfileUpdate, UserKey,
    codes,
};
use authing_emulator::Emulator;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (options, _emulator) = connect()?;
    let options = options.language(Language::English);
    let admin = ManagementClient::new(options.clone())?;
    let app = AuthenticationClient::new(options)?;

    // A name that no earlier run has taken.
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let name = format!("quickstart-{now}");
    println!("1. {name} registers");
    let registered = app.register_by_username(&name, "passw0rd!")?;
    println!("   the service gave the id {}", registered.user.id);

    println!("2. {name} logs in");
    let session = app.login_by_username(&name, "passw0rd!")?;
    let status = app.check_login_status(session.token())?;
    println!("   the token is valid: {}", status.is_valid());

    println!("3. {name} updates the profile");
    let user = session.update_profile(ProfileUpdate::new().nickname("Nick").city("Shanghai"))?;
    let (nickname, city) = (user.nickname.unwrap_or_default(), user.city.unwrap_or_default());
    println!("   nickname {nickname}, city {city}");

    println!("4. an administrator adds somebody and lists the pool, page by page");
    let ann = admin.users().create(NewUser::username(format!("ann-{now}")).nickname("Ann"))?;
    let users = admin.users().list().page_size(10);
    println!("   {} users in the pool, the first five:", users.page(1)?.total);
    for user in users.iter().take(5) {
        let user = user?;
        println!("   - {} {}", user.id, user.username.unwrap_or_default());
    }
    println!("   is {name} there? {}", admin.users().exists(UserKey::username(&name))?);

    println!("5. somebody tries a wrong password");
    match app.login_by_username(&name, "letmein!") {
        Ok(_) => println!("   and gets in?!"),
        Err(error) => {
            println!("   {error}");
            println!("   is it a wrong password? {}", error.code() == Some(codes::WRONG_PASSWORD));
        }
    }

    println!("6. everything is cleaned up");
    session.logout()?;
    admin.users().delete_many([registered.user.id, ann.id])?;
    println!("   is {name} there? {}", admin.users().exists(UserKey::username(&name))?);
    Ok(())
}

/// A real server if the variables name one, else an emulator that lives as long as it is kept.
fn connect() -> Result<(Options, Option<Emulator>), Box<dyn std::error::Error>> {
    if std::env::var_os("AUTHING_USERPOOL_ID").is_some() {
        println!("A real server, as the AUTHING_ variables say.\n");
        return Ok((Options::from_env()?, None));
    }
    let emulator = Emulator::builder().seed_users(12).start()?;
    println!("An emulator with 12 users, at {}.\n", emulator.url());
    let options = Options::new()
        .host(emulator.url())
        .user_pool(emulator.user_pool_id(), emulator.user_pool_secret())
        .app(emulator.app_id(), emulator.app_host())
        .public_key_pem(emulator.public_key());
    Ok((options, Some(emulator)))
}
