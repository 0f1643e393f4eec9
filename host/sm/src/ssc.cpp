#include "cicada/host/sm/ssc.h"

namespace cicada::host::sm {

base::Result<void> Ssc::increment() {
  const auto current = base::MutableByteView{value_}.first(size_);
  if (std::ranges::all_of(current, [](std::uint8_t octet) { return octet == 0xFF; })) {
    return base::fail({.fault = base::Fault::limit,
                       .what = "the send sequence counter is used up",
                       .clause = "9303-11 §9.8.2",
                       .hint = "start a new session"});
  }
  for (std::size_t i = current.size(); i-- > 0;) {
    if (++current[i] != 0) break;
  }
  return {};
}

}  // namespace cicada::host::sm
