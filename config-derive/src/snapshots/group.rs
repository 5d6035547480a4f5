const _: () = {
    use ::confident::__private as __c;
    static __F0: __c::Field<u32> = __c::key::<
        u32,
    >(__c::Key {
        default: __c::Some("2"),
        ..__c::Key::new("min", 3082765518, "Connections that are kept open.")
    });
    static __F1: __c::Field<u32> = __c::key::<
        u32,
    >(__c::Key {
        default: __c::Some("10"),
        attributes: &[__c::A::Range(__c::Some("1"), __c::Some("1000"), false)],
        ..__c::Key::new("max", 2948544576, "Connections that may be opened.")
    });
    static __GROUP: __c::Group = __c::Group::new(
            "Pool",
            "A connection pool.",
            &[__c::Item::Key(&__F0.key), __c::Item::Key(&__F1.key)],
        )
        .carried(
            "{\"name\":\"Pool\",\"doc\":\"A connection pool.\",\"items\":[{\"item\":\"key\",\"field\":\"min\",\"doc\":\"Connections that are kept open.\",\"default\":\"2\"},{\"item\":\"key\",\"field\":\"max\",\"doc\":\"Connections that may be opened.\",\"default\":\"10\",\"range\":{\"min\":\"1\",\"max\":\"1000\"}}]}",
            &[132, 249],
            &[],
        );
    const _: () = __c::proof::number_default_is_valid(&__F0.key);
    const _: () = __c::proof::number_default_is_valid(&__F1.key);
    const _: () = __c::proof::range_is_not_empty(&__F1.key);
    const _: () = __c::secrets_are_not_copied!(& __GROUP, Pool);
    #[automatically_derived]
    impl __c::Config for Pool {
        const GROUP: &'static __c::Group = &__GROUP;
        fn read(reader: &mut __c::Reader<'_>) -> __c::Option<Self> {
            let f0 = reader.key(&__F0);
            let f1 = reader.key(&__F1);
            let (__c::Some(f0), __c::Some(f1)) = (f0, f1) else {
                return __c::None;
            };
            __c::Some(Self { min: f0, max: f1 })
        }
    }
    impl __c::fmt::Debug for Pool {
        fn fmt(&self, f: &mut __c::fmt::Formatter<'_>) -> __c::fmt::Result {
            __GROUP.show(f, &[&__F0.shown(&self.min), &__F1.shown(&self.max)])
        }
    }
};
