//! Several sources: which won, which lost, and where exactly.

mod common;

use common::Folder;
use confident::{Code, Config, Env, Memory, OnUnknown, Overrides, Report, SecretString, State};

/// A program.
#[derive(Config)]
#[config(app = "shop", rule(pool.min <= pool.max, "upside down"))]
#[allow(dead_code)]
struct Shop {
    /// Where it listens.
    #[config(default = "127.0.0.1:80")]
    listen: std::net::SocketAddr,
    /// How it logs in.
    token: SecretString,
    /// A name.
    name: Option<String>,
    /// A pool.
    #[config(nested)]
    pool: Pool,
    /// Helpers.
    #[config(nested)]
    helpers: Vec<Helper>,
    /// A cache.
    #[config(nested)]
    cache: Option<Helper>,
}

/// A pool.
#[derive(Config)]
#[allow(dead_code)]
struct Pool {
    /// Least.
    #[config(default = 1)]
    min: u8,
    /// Most.
    #[config(default = 9, range = 2..=50)]
    max: u8,
}

/// A helper.
#[derive(Config)]
#[allow(dead_code)]
struct Helper {
    /// Who.
    name: String,
    /// How.
    token: Option<SecretString>,
}

fn report(loader: confident::Loader<Shop>) -> Report {
    loader.load().expect_err("something is wrong")
}

#[test]
fn later_sources_win_key_by_key() {
    let shop = Shop::loader()
        .source(Memory::new("base").with("token", "a").with("pool.max", "5").with("pool.min", "2"))
        .source(Env::from_pairs([("SHOP_POOL_MAX", "7")]))
        .source(Overrides::new().set("pool.min", "3"))
        .load()
        .expect("all is valid");
    assert_eq!((shop.pool.min, shop.pool.max), (3, 7));
}

#[test]
fn a_problem_names_the_place_and_the_places_that_it_overrides() {
    let report = report(
        Shop::loader()
            .source(Memory::new("base").with("token", "a").with("pool.max", "5"))
            .source(Env::from_pairs([("SHOP_POOL_MAX", "many")])),
    );
    assert_eq!(report.problems().len(), 1, "{report}");
    assert_eq!(report.problems()[0].notes()[0], "from the environment, over memory:pool.max");
}

#[test]
fn an_invalid_value_that_is_overridden_is_a_warning() {
    let loaded = Shop::loader()
        .source(Memory::new("base").with("token", "a").with("pool.max", "many"))
        .source(Env::from_pairs([("SHOP_POOL_MAX", "7")]))
        .load_with_warnings()
        .expect("the value that counts is valid");
    assert_eq!(loaded.settings.pool.max, 7);
    assert_eq!(loaded.warnings.len(), 1);
    assert_eq!(loaded.warnings[0].code(), Code::Shadowed);
}

#[test]
fn a_missing_key_names_every_source_that_was_asked() {
    let report =
        report(Shop::loader().source(Memory::new("the base")).source(Env::from_pairs::<_, &str, &str>([])));
    assert!(report.to_string().contains("looked in: environment, SHOP_TOKEN_FILE, the base"), "{report}");
}

#[test]
fn overrides_come_from_arguments_and_reach_into_lists() {
    let arguments =
        ["serve", "--set", "token=a=b", "--set=helpers.0.name=ada", "--set", "helpers.1.name=bob"];
    let shop = Shop::loader().source(Overrides::from_args(arguments)).load().expect("complete");
    assert_eq!(shop.helpers.iter().map(|helper| helper.name.as_str()).collect::<Vec<_>>(), ["ada", "bob"]);
    use confident::ExposeSecret;
    assert_eq!(shop.token.expose_secret(), "a=b");
}

#[test]
fn an_override_of_no_key_is_a_problem_with_the_nearest_path() {
    let overrides = Overrides::new().set("token", "a").set("pool.mxa", "5");
    let report = report(Shop::loader().source(overrides));
    assert_eq!(report.problems()[0].code(), Code::Unknown);
    assert_eq!(report.problems()[0].message(), "unknown; did you mean pool.max?");
    assert_eq!(report.problems()[0].notes(), ["from override pool.mxa"]);
}

#[test]
fn arguments_that_are_no_pairs_are_a_problem() {
    for arguments in [vec!["--set", "token"], vec!["--set"], vec!["--set", "=x"]] {
        let report = report(Shop::loader().source(Overrides::from_args(arguments)));
        assert!(report.to_string().contains("an override is not of the form path=value"), "{report}");
    }
}

#[test]
fn what_is_unknown_depends_on_the_source() {
    let env = |mode| Env::from_pairs([("SHOP_TOKEN", "a"), ("SHOP_TOKNE", "b")]).on_unknown(mode);
    let report = report(Shop::loader().source(env(OnUnknown::Deny)));
    assert_eq!(report.problems()[0].code(), Code::Unknown);
    let load = |mode| Shop::loader().source(env(mode)).load_with_warnings().expect("it loads").warnings.len();
    assert_eq!((load(OnUnknown::Warn), load(OnUnknown::Ignore)), (1, 0));
}

#[test]
fn the_explanation_has_a_row_for_every_key_also_when_the_load_fails() {
    let explanation = Shop::loader()
        .profile("staging")
        .source(Memory::new("base").with("pool.max", "5").with("token", "hunter2-TOPSECRET"))
        .source(Env::from_pairs([
            ("SHOP_POOL_MAX", "many"),
            ("SHOP_TOKEN", "hunter3-TOPSECRET"),
            ("SHOP_HELPERS_0_TOKEN", "hunter4-TOPSECRET"),
        ]))
        .explain();
    assert_eq!(
        explanation.to_string(),
        "\
shop (profile staging)

  key              value         from
  listen           127.0.0.1:80  default
  token            [REDACTED]    SHOP_TOKEN, over memory:token ([REDACTED])
  name             -             not set
  pool.min         1             default
  pool.max         many          SHOP_POOL_MAX, over memory:pool.max (5); INVALID: \"many\" is not a whole number from 0 to 255
  helpers.0.name   -             MISSING: set SHOP_HELPERS_0_NAME
  helpers.0.token  [REDACTED]    SHOP_HELPERS_0_TOKEN
  cache.name       -             not set
  cache.token      -             not set
"
    );
    assert_eq!(explanation.key("token").map(|key| key.state.clone()), Some(State::Set));
    let json = serde_json::to_string(&explanation).expect("it is data");
    assert!(json.contains(r#""path":"pool.max""#) && json.contains(r#""state":"invalid""#), "{json}");
    assert!(!json.contains("TOPSECRET"), "{json}");
}

mod old_names {
    use super::*;

    /// A program whose key had other names.
    #[derive(Config)]
    #[config(app = "shop")]
    #[allow(dead_code)]
    struct Renamed {
        /// How it logs in.
        #[config(alias = "SHOP_PASSWORD")]
        token: Option<SecretString>,
        /// Its pool.
        #[config(nested)]
        pool: Inner,
        /// Its hosts.
        #[config(alias = "HOSTS", default = "")]
        hosts: Vec<String>,
    }

    /// A pool.
    #[derive(Config)]
    #[allow(dead_code)]
    struct Inner {
        /// Most.
        #[config(default = 9, alias = "SHOP_POOL_SIZE")]
        max: u8,
    }

    fn warnings(source: impl confident::Source + 'static) -> Vec<String> {
        let loaded = Renamed::loader().source(source).load_with_warnings().expect("old names are read");
        let warning = |problem: &confident::Problem| {
            assert_eq!(problem.code(), Code::OldName);
            let origin = problem.origin().expect("it has a place");
            format!("{} {} <- {origin}", problem.subject(), problem.message())
        };
        loaded.warnings.iter().map(warning).collect()
    }

    #[test]
    fn an_old_name_is_read_with_a_warning_that_says_the_new_one() {
        let said =
            warnings(Env::from_pairs([("SHOP_POOL_SIZE", "5"), ("SHOP_PASSWORD", "x"), ("HOSTS_0", "y")]));
        let wanted = [
            "SHOP_PASSWORD is an old name; write SHOP_TOKEN <- SHOP_PASSWORD",
            "SHOP_POOL_SIZE is an old name; write SHOP_POOL_MAX <- SHOP_POOL_SIZE",
            "HOSTS is an old name; write SHOP_HOSTS <- HOSTS",
        ];
        assert_eq!(said, wanted);
        assert!(warnings(Env::from_pairs([("SHOP_POOL_MAX", "5"), ("SHOP_TOKEN", "x")])).is_empty());
    }

    #[test]
    fn the_old_name_of_a_file_twin_is_one_too() {
        let folder = Folder::new();
        let file = folder.file("token", "x");
        let said = warnings(Env::from_pairs([("SHOP_PASSWORD_FILE", file.to_str().expect("a path"))]));
        assert_eq!(said, ["SHOP_PASSWORD_FILE is an old name; write SHOP_TOKEN_FILE <- SHOP_PASSWORD_FILE"]);
    }

    #[test]
    fn the_old_name_of_a_mounted_file_is_one_too() {
        let folder = Folder::new().with("shop_password", "x").with("pool.max", "5");
        let said = warnings(confident::SecretDir::new(&folder.0));
        assert_eq!(said.len(), 1);
        let wanted = "shop_password is an old name; write SHOP_TOKEN <- folder/shop_password";
        assert_eq!(folder.plain(&said[0]), wanted);
    }

    #[cfg(feature = "toml")]
    #[test]
    fn the_old_name_in_a_document_is_one_too() {
        let folder = Folder::new().with("a.toml", "[pool]\nsize = 5\n");
        let said = warnings(confident::File::required(folder.path("a.toml")));
        assert_eq!(said.len(), 1);
        assert_eq!(folder.plain(&said[0]), "pool.size is an old name; write pool.max <- folder/a.toml:2:1");
    }
}
