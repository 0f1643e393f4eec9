#include "cicada/base/log.h"

#include <fmt/format.h>

#include "cicada/base/hex.h"

namespace cicada::base {

std::string shorten_apdu(ByteView apdu) {
  constexpr std::size_t kHeader = 4;
  if (apdu.size() <= kHeader) return fmt::format("{} ({} B)", to_hex(apdu), apdu.size());
  return fmt::format("{}.. ({} B)", to_hex(apdu.first(kHeader)), apdu.size());
}

}  // namespace cicada::base
