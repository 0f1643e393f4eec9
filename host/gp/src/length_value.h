// Fields of INSTALL: one octet of length, then the value.
#pragma once

#include <initializer_list>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::gp {

/// Fails with limit when the value has more than 255 octets.
[[nodiscard]] base::Result<base::Bytes> length_value(base::ByteView value);
/// The same for several, joined.
[[nodiscard]] base::Result<base::Bytes> length_values(std::initializer_list<base::ByteView> values);

}  // namespace cicada::host::gp
