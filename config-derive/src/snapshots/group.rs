#[automatically_derived]
const _: () = {
    use ::confident::__private as __c;
    static __F0: __c::Field<u32> = __c::key::<u32>("min")
        .doc("Connections that are kept open.")
        .default("2");
    const _: () = __c::proof::number_default_is_valid(&__F0.key);
    static __F1: __c::Field<u32> = __c::key::<u32>("max")
        .doc("Connections that may be opened.")
        .default("10")
        .range(__c::Some("1"), __c::Some("1000"), false);
    const _: () = __c::proof::number_default_is_valid(&__F1.key);
    const _: () = __c::proof::range_is_not_empty(&__F1.key);
    static __GROUP: __c::Group = __c::Group::new(
        "Pool",
        "A connection pool.",
        &[__c::Item::Key(&__F0.key), __c::Item::Key(&__F1.key)],
    );
    const _: () = __c::secrets_are_not_copied!(& __GROUP, Pool);
    impl __c::Config for Pool {
        const GROUP: &'static __c::Group = &__GROUP;
        fn read(reader: &mut __c::Reader<'_>) -> __c::Option<Self> {
            let field_0 = reader.key(&__F0);
            let field_1 = reader.key(&__F1);
            __c::Some(Self {
                min: field_0?,
                max: field_1?,
            })
        }
    }
    impl __c::fmt::Debug for Pool {
        fn fmt(&self, f: &mut __c::fmt::Formatter<'_>) -> __c::fmt::Result {
            __GROUP.show(f, &[&__F0.shown(&self.min), &__F1.shown(&self.max)])
        }
    }
};
