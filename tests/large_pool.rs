//! A large pool is listed whole, in order, each user once, in memory that does not grow with it.
//!
//! Alone in its program, because it measures what the whole process has allocated.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

use std::alloc::System;

use authing::{ManagementClient, Options};
use authing_emulator::Emulator;
use cap::Cap;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

const USERS: usize = 20_000;
const PAGE: usize = 400;

/// Far below the pages of the list taken together, far above what buffers and caches come and go by.
const ALLOWED_GROWTH: usize = 2 * 1024 * 1024;

#[test]
fn a_large_pool_is_listed_whole_in_order_and_in_constant_memory() {
    let emulator = Emulator::builder().seed_users(USERS).start().unwrap();
    let options = Options::new()
        .host(emulator.url())
        .user_pool(emulator.user_pool_id(), emulator.user_pool_secret())
        .max_answer_size(4 * 1024 * 1024);
    let admin = ManagementClient::new(options).unwrap();

    let (mut at_first, mut sent) = (None, 0);
    let list = admin.users().list().page_size(PAGE.try_into().unwrap());
    let mut seen = 0;
    for (number, user) in (1..).zip(list) {
        // The seeded names are in the order in which the users were made, and all different.
        assert_eq!(user.unwrap().username.unwrap(), format!("user{number:05}"));
        seen = number;
        // In the middle of a page, when its answer and the half that was read are gone.
        if number % PAGE == PAGE / 2 {
            sent += emulator.requests().len();
            emulator.clear_requests();
            let now = MEMORY.allocated();
            let start = *at_first.get_or_insert(now);
            assert!(
                now < start + ALLOWED_GROWTH,
                "after {number} users {} KiB more are in use",
                (now - start) / 1024
            );
        }
    }
    assert_eq!(seen, USERS);
    // One request for the token, one for each page.
    assert_eq!(sent, 1 + USERS / PAGE);
}
