//! Connections whose buffers are wiped when they close: what was said there may hold a secret, and the memory goes to
//! whoever asks for it next.

use std::fmt;

use ureq::{
    Error,
    unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport},
};
use zeroize::Zeroize;

/// Puts [`Wiped`] around every connection.
#[derive(Debug)]
pub(crate) struct Wiping;

impl<T: Transport> Connector<T> for Wiping {
    type Out = Wiped<T>;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<T>) -> Result<Option<Wiped<T>>, Error> {
        Ok(chained.map(Wiped))
    }
}

/// A connection whose buffers are wiped when it closes. With TLS they are those of the clear text; what TLS itself
/// keeps is not in reach.
pub(crate) struct Wiped<T: Transport>(T);

impl<T: Transport> Transport for Wiped<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.0.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

impl<T: Transport> Drop for Wiped<T> {
    fn drop(&mut self) {
        let buffers = self.0.buffers();
        // Where nothing is left to be read, all of the memory is free to be written.
        let left = buffers.input().len();
        buffers.input_consume(left);
        buffers.input_append_buf().zeroize();
        let (free, output) = buffers.tmp_and_output();
        free.zeroize();
        output.zeroize();
    }
}

impl<T: Transport> fmt::Debug for Wiped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wiped")
    }
}
