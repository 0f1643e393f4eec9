// A secret has one owner. MUST FAIL WITH: deleted
#include "cicada/base/secret.h"

void use() {
  cicada::base::SecretBytes secret{cicada::base::Bytes{1, 2, 3}};
#ifdef FORBIDDEN
  const cicada::base::SecretBytes copy = secret;
#else
  const cicada::base::SecretBytes copy = std::move(secret);
#endif
  static_cast<void>(copy);
}
