#include "cicada/host/gp/aid.h"

#include "cicada/base/hex.h"

namespace cicada::host::gp {

using base::fail;
using base::Fault;
using base::Result;

Result<Aid> Aid::from(base::ByteView octets) {
  if (octets.size() < kMinSize || octets.size() > kMaxSize) {
    return fail({.fault = Fault::malformed,
                 .what = "an application identifier does not have 5 to 16 octets",
                 .clause = "ISO/IEC 7816-5",
                 .at = octets.size()});
  }
  Aid aid;
  std::ranges::copy(octets, aid.octets_.begin());
  aid.size_ = octets.size();
  return aid;
}

Result<Aid> Aid::from_text(std::string_view hexadecimal) {
  const auto octets = base::from_hex(hexadecimal);
  if (octets) {
    if (auto aid = from(*octets)) return aid;
  }
  return fail({.fault = Fault::bad_input, .what = "an application identifier is 10 to 32 hexadecimal digits"});
}

std::string Aid::to_text() const {
  return base::to_hex(octets());
}

}  // namespace cicada::host::gp
