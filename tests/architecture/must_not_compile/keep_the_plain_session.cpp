// MUST FAIL WITH: cannot bind rvalue reference|no matching function|could not convert
#include "cicada/host/access/bac.h"

using namespace cicada;

void open(host::access::PlainSession plain, const host::access::BacKeys& keys, base::Rng& rng) {
#ifdef FORBIDDEN
  (void)host::access::run_bac(plain, keys, rng);
#else
  (void)host::access::run_bac(std::move(plain), keys, rng);
#endif
}
