const _: () = {
    use ::confident::__private as __c;
    const __F0: __c::Key = __c::Key {
        default: __c::Some("127.0.0.1:8080"),
        ..__c::key::<
            SocketAddr,
        >("listen", 4175692399, "Address the HTTP server listens on.")
    };
    const __F1: __c::Key = __c::Key {
        default: __c::Some("30s"),
        is_live: true,
        attributes: &[__c::A::Range(__c::Some("1s"), __c::Some("5m"), false)],
        ..__c::key::<
            Duration,
        >("request_timeout", 2141866389, "How long a request may take.")
    };
    const __F2: __c::Key = __c::Key {
        attributes: &[
            __c::A::Format(__c::Format::Url),
            __c::A::Owner("team-ledger"),
            __c::A::Rotate("90d"),
        ],
        ..__c::key::<
            SecretString,
        >("database_url", 3212765987, "Connection string of the ledger database.")
    };
    const __F5: __c::Key = __c::Key {
        default: __c::Some("info"),
        ..__c::key::<Level>("log_level", 3729911585, "How much is logged.")
    };
    const __F6: __c::Key = __c::Key {
        default: __c::Some("16MiB"),
        ..__c::key::<ByteSize>("body_limit", 3005006258, "Largest request body.")
    };
    const __F7: __c::Key = __c::Key {
        env: __c::Some("ALLOWED_ORIGINS"),
        default: __c::Some(""),
        ..__c::key::<
            Vec<String>,
        >("origins", 4083915521, "Origins that browsers may call from.")
    };
    const __F8: __c::Key = __c::Key {
        default: __c::Some("512"),
        attributes: &[__c::A::Range(__c::Some("1"), __c::None, false)],
        ..__c::key::<u16>("concurrency", 2067351859, "Requests in flight at once.")
    };
    const __F9: __c::Key = __c::Key {
        attributes: &[
            __c::A::Example("http://otel:4317"),
            __c::A::Format(__c::Format::Url),
            __c::A::Since("2.1"),
        ],
        ..__c::key::<
            Option<String>,
        >("tracing_endpoint", 469645966, "Where spans are sent.")
    };
    static __RULES: &[__c::Rule] = &[
        __c::Rule::closed(
            "the pool cannot keep more connections than it may open",
            "pool.min <= pool.max",
            &["pool.min", "pool.max"],
            __c::E::Binary(&__c::E::Operand(0), __c::Op::AtMost, &__c::E::Operand(1)),
        ),
        __c::Rule::closed(
            "TLS needs a certificate",
            "!tls.enabled || tls.certificate.is_some()",
            &["tls.enabled", "tls.certificate"],
            __c::E::Binary(
                &__c::E::Not(&__c::E::Operand(0)),
                __c::Op::Or,
                &__c::E::IsSome(1),
            ),
        ),
    ];
    static __ITEMS: [__c::Item; 10] = [
        __c::Item::Key(__F0),
        __c::Item::Key(__F1),
        __c::Item::Key(__F2),
        __c::Item::Nested(
            __c::group::<
                Pool,
            >("pool", 2984004224, "Connection pool of the ledger database."),
        ),
        __c::Item::Nested(
            __c::group::<Tls>("tls", 3302007403, "Transport security of the listener."),
        ),
        __c::Item::Key(__F5),
        __c::Item::Key(__F6),
        __c::Item::Key(__F7),
        __c::Item::Key(__F8),
        __c::Item::Key(__F9),
    ];
    static __GROUP: __c::Group = __c::Group::new(
            "Settings",
            "The payments service.",
            &__ITEMS,
        )
        .rules(__RULES)
        .carried(
            b"{\"name\":\"Settings\",\"doc\":\"The payments service.\",\"items\":[{\"item\":\"key\",\"field\":\"listen\",\"doc\":\"Address the HTTP server listens on.\",\"default\":\"127.0.0.1:8080\",\"type\":                         },{\"item\":\"key\",\"field\":\"request_timeout\",\"doc\":\"How long a request may take.\",\"default\":\"30s\",\"range\":{\"min\":\"1s\",\"max\":\"5m\"},\"live\":true,\"type\":              },{\"item\":\"key\",\"field\":\"database_url\",\"doc\":\"Connection string of the ledger database.\",\"format\":\"url\",\"owner\":\"team-ledger\",\"rotate\":\"90d\",\"type\":            },{\"item\":\"group\",\"field\":\"pool\",\"doc\":\"Connection pool of the ledger database.\"                },{\"item\":\"group\",\"field\":\"tls\",\"doc\":\"Transport security of the listener.\"                     },{\"item\":\"key\",\"field\":\"log_level\",\"doc\":\"How much is logged.\",\"default\":\"info\",\"type\":        },{\"item\":\"key\",\"field\":\"body_limit\",\"doc\":\"Largest request body.\",\"default\":\"16MiB\",\"type\":    },{\"item\":\"key\",\"field\":\"origins\",\"doc\":\"Origins that browsers may call from.\",\"env\":\"ALLOWED_ORIGINS\",\"default\":\"\",\"type\":     },{\"item\":\"key\",\"field\":\"concurrency\",\"doc\":\"Requests in flight at once.\",\"default\":\"512\",\"range\":{\"min\":\"1\"},\"type\":           },{\"item\":\"key\",\"field\":\"tracing_endpoint\",\"doc\":\"Where spans are sent.\",\"example\":\"http://otel:4317\",\"format\":\"url\",\"since\":\"2.1\",\"type\":                      }],\"rules\":[{\"message\":\"the pool cannot keep more connections than it may open\",\"source\":\"pool.min <= pool.max\",\"operands\":[\"pool.min\",\"pool.max\"],\"expression\":{\"binary\":{\"left\":{\"operand\":0},\"operator\":\"at_most\",\"right\":{\"operand\":1}}}},{\"message\":\"TLS needs a certificate\",\"source\":\"!tls.enabled || tls.certificate.is_some()\",\"operands\":[\"tls.enabled\",\"tls.certificate\"],\"expression\":{\"binary\":{\"left\":{\"not\":{\"operand\":0}},\"operator\":\"or\",\"right\":{\"is_some\":1}}}}]}            ",
            411699189813359576,
            &[6, 11, 16, 19, 22, 25, 28, 32, 36, 41],
            &[],
        );
    const _: () = __c::proof::default_is_valid(&__F0);
    const _: () = __c::proof::default_is_valid(&__F1);
    const _: () = __c::proof::range_is_not_empty(&__F1);
    const _: () = __c::proof::format_applies(&__F2);
    const _: () = __c::proof::rotation_is_possible(&__F2);
    const _: () = __c::proof::default_is_valid(&__F5);
    const _: () = __c::proof::default_is_valid(&__F6);
    const _: () = __c::proof::default_is_valid(&__F7);
    const _: () = __c::proof::number_default_is_valid(&__F8);
    const _: () = __c::proof::range_is_not_empty(&__F8);
    const _: () = __c::proof::example_is_valid(&__F9);
    const _: () = __c::proof::format_applies(&__F9);
    const _: () = __c::proof::rule_holds_for_the_defaults(&__GROUP, 0);
    const _: () = __c::proof::rule_holds_for_the_defaults(&__GROUP, 1);
    const _: () = __c::secrets_are_not_copied!(& __GROUP, Settings);
    #[automatically_derived]
    impl __c::Config for Settings {
        const GROUP: &'static __c::Group = &__GROUP;
        fn read(reader: &mut __c::Reader<'_>) -> __c::Option<Self> {
            let f0: __c::Option<SocketAddr> = reader.key();
            let f1: __c::Option<Duration> = reader.key();
            let f2: __c::Option<SecretString> = reader.key();
            let f3: __c::Option<Pool> = reader.nested(&__GROUP, 3);
            let f4: __c::Option<Tls> = reader.nested(&__GROUP, 4);
            let f5: __c::Option<Level> = reader.key();
            let f6: __c::Option<ByteSize> = reader.key();
            let f7: __c::Option<Vec<String>> = reader.key();
            let f8: __c::Option<u16> = reader.key();
            let f9: __c::Option<Option<String>> = reader.key();
            let rule = || {
                let holds: __c::bool = (*f3.as_ref()?).min <= (*f3.as_ref()?).max;
                __c::Some(holds)
            };
            reader.rule(&__GROUP, 0, rule);
            let rule = || {
                let holds: __c::bool = !(*f4.as_ref()?).enabled
                    || (*f4.as_ref()?).certificate.is_some();
                __c::Some(holds)
            };
            reader.rule(&__GROUP, 1, rule);
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
                        &self.listen,
                        &self.request_timeout,
                        &self.database_url,
                        &self.pool,
                        &self.tls,
                        &self.log_level,
                        &self.body_limit,
                        &self.origins,
                        &self.concurrency,
                        &self.tracing_endpoint,
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
        b"{\"format\":1,\"app\":\"payments\",\"prefix\":\"PAYMENTS\",\"group\":       ",
        17391957353727241151, & __GROUP
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
