// One session, one counter: a copy would send the same counter twice. MUST FAIL WITH: deleted
#include "cicada/host/access/session.h"

using namespace cicada::host;

void use(access::SecureSession& session) {
#ifdef FORBIDDEN
  access::SecureSession other = session;
#else
  access::SecureSession other = std::move(session);
#endif
  static_cast<void>(other.alive());
}
