// == stops at the first difference and tells where it was. MUST FAIL WITH: no match for|invalid operands
#include "cicada/base/secret.h"

bool use(const cicada::base::SecretBytes& a, const cicada::base::SecretBytes& b) {
#ifdef FORBIDDEN
  return a == b;
#else
  return cicada::base::constant_time_equal(a.expose(), b.expose());
#endif
}
