// The library under test, for the sources in ../shared.
#pragma once

#include <array>

#include "cicada/crypto/mbedtls/cipher.h"
#include "cicada/crypto/mbedtls/ec_group.h"
#include "cicada/crypto/mbedtls/hash.h"
#include "cicada/crypto/mbedtls/mac.h"
#include "cicada/crypto/mbedtls/modp_group.h"

namespace provider = cicada::crypto::mbedtls;

inline constexpr std::array<provider::Curve, 0> kCurvesThatLeaveScalars = {};
