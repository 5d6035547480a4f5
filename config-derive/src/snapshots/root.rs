const _: () = {
    use ::confident::__private as __c;
    static __F0: __c::Field<SocketAddr> = __c::key::<
        SocketAddr,
    >(__c::Key {
        default: __c::Some("127.0.0.1:8080"),
        ..__c::Key::new("listen", 4175692399, "Address the HTTP server listens on.")
    });
    static __F1: __c::Field<Duration> = __c::key::<
        Duration,
    >(__c::Key {
        default: __c::Some("30s"),
        is_live: true,
        attributes: &[__c::A::Range(__c::Some("1s"), __c::Some("5m"), false)],
        ..__c::Key::new("request_timeout", 2141866389, "How long a request may take.")
    });
    static __F2: __c::Field<SecretString> = __c::key::<
        SecretString,
    >(__c::Key {
        attributes: &[
            __c::A::Format(__c::Format::Url),
            __c::A::Owner("team-ledger"),
            __c::A::Rotate("90d"),
        ],
        ..__c::Key::new(
            "database_url",
            3212765987,
            "Connection string of the ledger database.",
        )
    });
    static __F3: __c::GroupField<Pool> = __c::group::<
        Pool,
    >(__c::Nested::new("pool", 2984004224, "Connection pool of the ledger database."));
    static __F4: __c::GroupField<Tls> = __c::group::<
        Tls,
    >(__c::Nested::new("tls", 3302007403, "Transport security of the listener."));
    static __F5: __c::Field<Level> = __c::key::<
        Level,
    >(__c::Key {
        default: __c::Some("info"),
        ..__c::Key::new("log_level", 3729911585, "How much is logged.")
    });
    static __F6: __c::Field<ByteSize> = __c::key::<
        ByteSize,
    >(__c::Key {
        default: __c::Some("16MiB"),
        ..__c::Key::new("body_limit", 3005006258, "Largest request body.")
    });
    static __F7: __c::Field<Vec<String>> = __c::key::<
        Vec<String>,
    >(__c::Key {
        env: __c::Some("ALLOWED_ORIGINS"),
        default: __c::Some(""),
        ..__c::Key::new("origins", 4083915521, "Origins that browsers may call from.")
    });
    static __F8: __c::Field<u16> = __c::key::<
        u16,
    >(__c::Key {
        default: __c::Some("512"),
        attributes: &[__c::A::Range(__c::Some("1"), __c::None, false)],
        ..__c::Key::new("concurrency", 2067351859, "Requests in flight at once.")
    });
    static __F9: __c::Field<Option<String>> = __c::key::<
        Option<String>,
    >(__c::Key {
        attributes: &[
            __c::A::Example("http://otel:4317"),
            __c::A::Format(__c::Format::Url),
            __c::A::Since("2.1"),
        ],
        ..__c::Key::new("tracing_endpoint", 469645966, "Where spans are sent.")
    });
    static __GROUP: __c::Group = __c::Group::new(
            "Settings",
            "The payments service.",
            &[
                __c::Item::Key(&__F0.key),
                __c::Item::Key(&__F1.key),
                __c::Item::Key(&__F2.key),
                __c::Item::Nested(&__F3.nested),
                __c::Item::Nested(&__F4.nested),
                __c::Item::Key(&__F5.key),
                __c::Item::Key(&__F6.key),
                __c::Item::Key(&__F7.key),
                __c::Item::Key(&__F8.key),
                __c::Item::Key(&__F9.key),
            ],
        )
        .carried(
            "{\"name\":\"Settings\",\"doc\":\"The payments service.\",\"items\":[{\"item\":\"key\",\"field\":\"listen\",\"doc\":\"Address the HTTP server listens on.\",\"default\":\"127.0.0.1:8080\"},{\"item\":\"key\",\"field\":\"request_timeout\",\"doc\":\"How long a request may take.\",\"default\":\"30s\",\"range\":{\"min\":\"1s\",\"max\":\"5m\"},\"live\":true},{\"item\":\"key\",\"field\":\"database_url\",\"doc\":\"Connection string of the ledger database.\",\"format\":\"url\",\"owner\":\"team-ledger\",\"rotate\":\"90d\"},{\"item\":\"group\",\"field\":\"pool\",\"doc\":\"Connection pool of the ledger database.\"},{\"item\":\"group\",\"field\":\"tls\",\"doc\":\"Transport security of the listener.\"},{\"item\":\"key\",\"field\":\"log_level\",\"doc\":\"How much is logged.\",\"default\":\"info\"},{\"item\":\"key\",\"field\":\"body_limit\",\"doc\":\"Largest request body.\",\"default\":\"16MiB\"},{\"item\":\"key\",\"field\":\"origins\",\"doc\":\"Origins that browsers may call from.\",\"env\":\"ALLOWED_ORIGINS\",\"default\":\"\"},{\"item\":\"key\",\"field\":\"concurrency\",\"doc\":\"Requests in flight at once.\",\"default\":\"512\",\"range\":{\"min\":\"1\"}},{\"item\":\"key\",\"field\":\"tracing_endpoint\",\"doc\":\"Where spans are sent.\",\"example\":\"http://otel:4317\",\"format\":\"url\",\"since\":\"2.1\"}]}",
            &[159, 297, 437, 517, 592, 672, 756, 871, 980, 1110],
            &[],
        );
    const _: () = __c::proof::default_is_valid(&__F0.key);
    const _: () = __c::proof::default_is_valid(&__F1.key);
    const _: () = __c::proof::range_is_not_empty(&__F1.key);
    const _: () = __c::proof::format_applies(&__F2.key);
    const _: () = __c::proof::rotation_is_possible(&__F2.key);
    const _: () = __c::proof::default_is_valid(&__F5.key);
    const _: () = __c::proof::default_is_valid(&__F6.key);
    const _: () = __c::proof::default_is_valid(&__F7.key);
    const _: () = __c::proof::number_default_is_valid(&__F8.key);
    const _: () = __c::proof::range_is_not_empty(&__F8.key);
    const _: () = __c::proof::example_is_valid(&__F9.key);
    const _: () = __c::proof::format_applies(&__F9.key);
    const _: () = __c::secrets_are_not_copied!(& __GROUP, Settings);
    #[automatically_derived]
    impl __c::Config for Settings {
        const GROUP: &'static __c::Group = &__GROUP;
        fn read(reader: &mut __c::Reader<'_>) -> __c::Option<Self> {
            let f0 = reader.key(&__F0);
            let f1 = reader.key(&__F1);
            let f2 = reader.key(&__F2);
            let f3 = reader.nested(&__F3);
            let f4 = reader.nested(&__F4);
            let f5 = reader.key(&__F5);
            let f6 = reader.key(&__F6);
            let f7 = reader.key(&__F7);
            let f8 = reader.key(&__F8);
            let f9 = reader.key(&__F9);
            let (
                __c::Some(f0),
                __c::Some(f1),
                __c::Some(f2),
                __c::Some(f3),
                __c::Some(f4),
                __c::Some(f5),
                __c::Some(f6),
                __c::Some(f7),
                __c::Some(f8),
                __c::Some(f9),
            ) = (f0, f1, f2, f3, f4, f5, f6, f7, f8, f9) else {
                return __c::None;
            };
            __c::Some(Self {
                listen: f0,
                request_timeout: f1,
                database_url: f2,
                pool: f3,
                tls: f4,
                log_level: f5,
                body_limit: f6,
                origins: f7,
                concurrency: f8,
                tracing_endpoint: f9,
            })
        }
    }
    impl __c::fmt::Debug for Settings {
        fn fmt(&self, f: &mut __c::fmt::Formatter<'_>) -> __c::fmt::Result {
            __GROUP
                .show(
                    f,
                    &[
                        &__F0.shown(&self.listen),
                        &__F1.shown(&self.request_timeout),
                        &__F2.shown(&self.database_url),
                        &__F3.shown(&self.pool),
                        &__F4.shown(&self.tls),
                        &__F5.shown(&self.log_level),
                        &__F6.shown(&self.body_limit),
                        &__F7.shown(&self.origins),
                        &__F8.shown(&self.concurrency),
                        &__F9.shown(&self.tracing_endpoint),
                    ],
                )
        }
    }
    const __SIZE: __c::Size = __c::Size::of(&__GROUP);
    static __LAYOUT: __c::layout!(__SIZE) = __c::Layout::new(
        "PAYMENTS",
        &__GROUP,
        __c::texts!("PAYMENTS", & __GROUP),
    );
    static __MANIFEST: __c::Manifest = __LAYOUT
        .manifest("payments", &__CARRY, &__CARRIED);
    const __CARRY: __c::Carry = __c::carry!(
        "{\"format\":1,\"app\":\"payments\",\"prefix\":\"PAYMENTS\",\"group\":", &
        __GROUP
    );
    #[used]
    static __CARRIED: [__c::u8; __CARRY.size()] = __CARRY.write();
    #[automatically_derived]
    impl __c::Root for Settings {
        const MANIFEST: &'static __c::Manifest = &__MANIFEST;
    }
    impl Settings {
        ///Every key with all that is known of it: `PAYMENTS_LISTEN`, `PAYMENTS_REQUEST_TIMEOUT`, `PAYMENTS_DATABASE_URL`, those of `pool`, those of `tls`, `PAYMENTS_LOG_LEVEL`, `PAYMENTS_BODY_LIMIT`, `ALLOWED_ORIGINS`, `PAYMENTS_CONCURRENCY`, `PAYMENTS_TRACING_ENDPOINT`.
        #[allow(dead_code)]
        const MANIFEST: &'static __c::Manifest = &__MANIFEST;
    }
    static __PROOF: __c::proof::TreeProof = __c::proof::TreeProof::new(&__MANIFEST);
    const _: () = __PROOF.item_is_sound(0);
    const _: () = __PROOF.item_is_sound(1);
    const _: () = __PROOF.item_is_sound(2);
    const _: () = __PROOF.item_is_sound(3);
    const _: () = __PROOF.item_is_sound(4);
    const _: () = __PROOF.item_is_sound(5);
    const _: () = __PROOF.item_is_sound(6);
    const _: () = __PROOF.item_is_sound(7);
    const _: () = __PROOF.item_is_sound(8);
    const _: () = __PROOF.item_is_sound(9);
};
