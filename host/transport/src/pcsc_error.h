// What PC/SC return codes mean to a person.
#pragma once

#include <winscard.h>

#include "cicada/base/error.h"

namespace cicada::host::transport {

/// The error for a return code other than success.
[[nodiscard]] base::Error pcsc_error(LONG code) noexcept;

}  // namespace cicada::host::transport
