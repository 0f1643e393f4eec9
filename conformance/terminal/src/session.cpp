#include "cicada/conformance/terminal/session.h"

#include "sm_crypto.h"

namespace cicada::conformance::terminal {

base::Result<Session> Session::create(KeyKind kind, base::SecretBytes enc, base::SecretBytes mac, base::ByteView ssc) {
  if (ssc.size() != block_size(kind)) {
    return base::fail(
        {.fault = base::Fault::bad_input, .what = "a counter as wide as the cipher's block", .at = ssc.size()});
  }
  // Keys of the wrong size are found now, not at the first command.
  CICADA_CHECK(SmCrypto::create(kind, enc.expose(), mac.expose()));
  return Session{kind, std::move(enc), std::move(mac), base::to_bytes(ssc)};
}

Session Session::clone() const {
  return Session{kind_, enc_.clone(), mac_.clone(), ssc_};
}

}  // namespace cicada::conformance::terminal
