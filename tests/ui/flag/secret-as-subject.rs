use confident::{Flag, SecretBox, SecretString};

fn main() {
    let flag = Flag::of("checkout.express", "25%").unwrap();
    let token = SecretString::from("x");
    flag.is_on_for(&token);
    let boxed: SecretBox<String> = SecretBox::new(Box::default());
    flag.is_on_for(&boxed);
}
