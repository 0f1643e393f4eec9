// What a file holds besides what the standard names.
#pragma once

#include <cstdint>

#include "cicada/base/bytes.h"

namespace cicada::host::lds {

/// A data object that the standard does not name, or that is not of the form it names; kept as it stood.
struct UnknownObject {
  std::uint32_t tag = 0;
  base::Bytes value;
  friend bool operator==(const UnknownObject&, const UnknownObject&) = default;
};

}  // namespace cicada::host::lds
