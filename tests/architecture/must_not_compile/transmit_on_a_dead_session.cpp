// A dead session has nothing to wrap a command with. MUST FAIL WITH: has no member named|no member named
#include "cicada/host/access/session.h"

using namespace cicada::host;

void use(access::SecureSession&& session, const iso7816::CommandApdu& command) {
#ifdef FORBIDDEN
  access::DeadSession dead = std::move(session).end();
  static_cast<void>(dead.transmit(command));
#else
  static_cast<void>(session.transmit(command));
  access::DeadSession dead = std::move(session).end();
  access::PlainSession plain = std::move(dead).restart();
  static_cast<void>(plain.transmit(command));
#endif
}
