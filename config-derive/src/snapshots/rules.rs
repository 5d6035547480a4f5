#[automatically_derived]
const _: () = {
    use ::confident::__private as __c;
    static __F0: __c::Field<SocketAddr> = __c::key::<SocketAddr>("listen")
        .doc("Address the HTTP server listens on.")
        .default("127.0.0.1:8080");
    const _: () = __c::proof::default_is_valid(&__F0.key);
    static __F1: __c::Field<Duration> = __c::key::<Duration>("request_timeout")
        .doc("How long a request may take.")
        .default("30s")
        .range(__c::Some("1s"), __c::Some("5m"), false)
        .live();
    const _: () = __c::proof::default_is_valid(&__F1.key);
    const _: () = __c::proof::range_is_not_empty(&__F1.key);
    static __F2: __c::Field<SecretString> = __c::key::<SecretString>("database_url")
        .doc("Connection string of the ledger database.")
        .format(__c::Format::Url)
        .owner("team-ledger")
        .rotate("90d");
    const _: () = __c::proof::format_applies(&__F2.key);
    const _: () = __c::proof::rotation_is_possible(&__F2.key);
    static __F3: __c::GroupField<Pool> = __c::group::<Pool>("pool")
        .doc("Connection pool of the ledger database.");
    static __F4: __c::GroupField<Tls> = __c::group::<Tls>("tls")
        .doc("Transport security of the listener.");
    static __F5: __c::Field<Level> = __c::key::<Level>("log_level")
        .doc("How much is logged.")
        .default("info");
    const _: () = __c::proof::default_is_valid(&__F5.key);
    static __F6: __c::Field<ByteSize> = __c::key::<ByteSize>("body_limit")
        .doc("Largest request body.")
        .default("16MiB");
    const _: () = __c::proof::default_is_valid(&__F6.key);
    static __F7: __c::Field<Vec<String>> = __c::key::<Vec<String>>("origins")
        .doc("Origins that browsers may call from.")
        .env("ALLOWED_ORIGINS")
        .default("");
    const _: () = __c::proof::default_is_valid(&__F7.key);
    static __F8: __c::Field<u16> = __c::key::<u16>("concurrency")
        .doc("Requests in flight at once.")
        .default("512")
        .range(__c::Some("1"), __c::None, false);
    const _: () = __c::proof::number_default_is_valid(&__F8.key);
    const _: () = __c::proof::range_is_not_empty(&__F8.key);
    static __F9: __c::Field<Option<String>> = __c::key::<
        Option<String>,
    >("tracing_endpoint")
        .doc("Where spans are sent.")
        .example("http://otel:4317")
        .format(__c::Format::Url)
        .since("2.1");
    const _: () = __c::proof::example_is_valid(&__F9.key);
    const _: () = __c::proof::format_applies(&__F9.key);
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
        .rules(__RULES);
    const _: () = __c::proof::rule_holds_for_the_defaults(&__GROUP, 0);
    const _: () = __c::proof::rule_holds_for_the_defaults(&__GROUP, 1);
    const _: () = __c::secrets_are_not_copied!(& __GROUP, Settings);
    impl __c::Config for Settings {
        const GROUP: &'static __c::Group = &__GROUP;
        fn read(reader: &mut __c::Reader<'_>) -> __c::Option<Self> {
            let field_0 = reader.key(&__F0);
            let field_1 = reader.key(&__F1);
            let field_2 = reader.key(&__F2);
            let field_3 = reader.nested(&__F3);
            let field_4 = reader.nested(&__F4);
            let field_5 = reader.key(&__F5);
            let field_6 = reader.key(&__F6);
            let field_7 = reader.key(&__F7);
            let field_8 = reader.key(&__F8);
            let field_9 = reader.key(&__F9);
            let rule = || {
                let holds: __c::bool = (*field_3.as_ref()?).min
                    <= (*field_3.as_ref()?).max;
                __c::Some(holds)
            };
            reader.rule(&__GROUP, 0, rule);
            let rule = || {
                let holds: __c::bool = !(*field_4.as_ref()?).enabled
                    || (*field_4.as_ref()?).certificate.is_some();
                __c::Some(holds)
            };
            reader.rule(&__GROUP, 1, rule);
            __c::Some(Self {
                listen: field_0?,
                request_timeout: field_1?,
                database_url: field_2?,
                pool: field_3?,
                tls: field_4?,
                log_level: field_5?,
                body_limit: field_6?,
                origins: field_7?,
                concurrency: field_8?,
                tracing_endpoint: field_9?,
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
    const __SIZE: __c::Size = __c::Size::of("PAYMENTS", &__GROUP);
    static __LAYOUT: __c::layout!(__SIZE) = __c::Layout::new("PAYMENTS", &__GROUP);
    static __MANIFEST: __c::Manifest = __c::Manifest::new(
        "payments",
        "PAYMENTS",
        &__GROUP,
        __LAYOUT.tree(),
    );
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
