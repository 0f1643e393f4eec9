// The library under test, for the sources in ../shared.
#pragma once

#include <array>

#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/mac.h"
#include "cicada/crypto/openssl/modp_group.h"

namespace provider = cicada::crypto::openssl;

/// On the curves that it calculates with code of their own, libcrypto 3.0 itself frees a copy of the scalar unwiped
/// when it multiplies a point (crypto/openssl/README.md).
inline constexpr std::array kCurvesThatLeaveScalars = {provider::Curve::p224, provider::Curve::p256,
                                                       provider::Curve::p521};
