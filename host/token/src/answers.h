// What a PKCS#11 function answered, in our words.
#pragma once

#include <p11-kit/pkcs11.h>

#include "cicada/base/error.h"

namespace cicada::host::token {

/// `answer` is not CKR_OK. A session that failed with transport is of no use any more. Error::at is the answer's
/// number.
[[nodiscard]] base::Error error_of(CK_RV answer) noexcept;

}  // namespace cicada::host::token
