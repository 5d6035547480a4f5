use confident::{Config, Flag};

/// A service.
#[derive(Config)]
struct Settings {
    /// Whether one click buys.
    #[config(default = "off", live, owner = "team-a", review_by = "2999-01-31", sources("env", "vault"))]
    from_vault: Flag,
    /// Whether one click buys.
    #[config(default = "off", live, owner = "team-a", review_by = "2999-01-31", store = "age:flags#express")]
    in_age: Flag,
    /// Whether one click buys.
    #[config(default = "off", live, owner = "team-a", review_by = "2999-01-31", rotate = "90d")]
    rotated: Flag,
    /// Whether one click buys.
    #[config(default = "off", live, owner = "team-a", review_by = "2999-01-31")]
    api_token: Flag,
}

fn main() {}
