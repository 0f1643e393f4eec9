// What a card said does not get into an error text. MUST FAIL WITH: constant expression|consteval
#include <string>

#include "cicada/base/error.h"

cicada::base::Error use(const std::string& from_the_card) {
#ifdef FORBIDDEN
  return {.fault = cicada::base::Fault::malformed, .what = from_the_card.c_str()};
#else
  static_cast<void>(from_the_card);
  return {.fault = cicada::base::Fault::malformed, .what = "not a data group"};
#endif
}
