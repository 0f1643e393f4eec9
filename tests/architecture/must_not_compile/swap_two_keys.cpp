// A key for encryption is no key for a MAC. MUST FAIL WITH: could not convert|no matching|cannot convert|invalid
// initialization|no viable
#include "cicada/base/secret.h"

struct ForEncryption {};
struct ForMac {};
using KsEnc = cicada::base::Key<ForEncryption, 16>;
using KsMac = cicada::base::Key<ForMac, 16>;
void open_session(const KsEnc& ks_enc, const KsMac& ks_mac);

void use(const KsEnc& ks_enc, const KsMac& ks_mac) {
#ifdef FORBIDDEN
  open_session(ks_mac, ks_enc);
#else
  open_session(ks_enc, ks_mac);
#endif
}
