// A transport that writes down what passes.
#pragma once

#include <iosfwd>

#include "cicada/host/transport/transport.h"

namespace cicada::host::transport {

/// Wraps another transport and writes a trace (see trace.h), line by line as it happens, so that a crash loses nothing.
///
/// A trace is as sensitive as the card: it holds personal data in plain wherever there was no secure messaging, keys
/// of the secure channel's set-up, and, for anyone who knows the MRZ, everything else.
class Recorder final : public Transport {
 public:
  /// Borrows both; they must live longer.
  Recorder(Transport& inner, std::ostream& trace);

  [[nodiscard]] base::Result<base::Bytes> transceive(base::ByteView command) override;

 private:
  Transport& inner_;
  std::ostream& trace_;
};

}  // namespace cicada::host::transport
