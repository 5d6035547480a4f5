const _: () = {
    use ::confident::__private as __c;
    static __ITEMS: [__c::Item; 2] = [
        __c::Item::Key(__c::Key {
            default: __c::Some("memory"),
            ..__c::Key::choice(
                &__c::Kind::Word(
                    &[
                        __c::Word::carried(
                            "memory",
                            "In the memory of the process.",
                            b"{\"word\":\"memory\",\"doc\":\"In the memory of the process.\"}         ",
                            378665542350842868,
                        ),
                        __c::Word::carried(
                            "s3",
                            "In a bucket.",
                            b"{\"word\":\"s3\",\"doc\":\"In a bucket.\"}                              ",
                            10128548516041285904,
                        ),
                    ],
                ),
                "Where files are kept.",
            )
        }),
        __c::Item::Nested(__c::group::<Bucket>("s3", 1392542428, "In a bucket.")),
    ];
    static __GROUP: __c::Group = __c::Group::new(
            "Storage",
            "Where files are kept.",
            &__ITEMS,
        )
        .choice()
        .carried(
            b"{\"name\":\"Storage\",\"doc\":\"Where files are kept.\",\"items\":[{\"item\":\"key\",\"field\":\"\",\"doc\":\"Where files are kept.\",\"default\":\"memory\",\"type\":                      },{\"item\":\"group\",\"field\":\"s3\",\"doc\":\"In a bucket.\"             }],\"choice\":true}               ",
            2986346277734780033,
            &[5, 7],
            &[],
        );
    const _: () = __c::secrets_are_not_copied!(& __GROUP, Storage);
    #[automatically_derived]
    impl __c::Config for Storage {
        const GROUP: &'static __c::Group = &__GROUP;
        fn read(reader: &mut __c::Reader<'_>) -> __c::Option<Self> {
            reader
                .choice(
                    &__GROUP,
                    |reader, chosen| match chosen {
                        0 => __c::Some(Self::Memory),
                        1 => reader.nested(&__GROUP, 1).map(Self::S3),
                        _ => __c::None,
                    },
                )
        }
    }
    impl __c::fmt::Debug for Storage {
        fn fmt(&self, f: &mut __c::fmt::Formatter<'_>) -> __c::fmt::Result {
            match self {
                Self::Memory => f.write_str("Memory"),
                Self::S3(group) => {
                    f.debug_tuple("S3").field(&__GROUP.shown(1, group)).finish()
                }
            }
        }
    }
};
