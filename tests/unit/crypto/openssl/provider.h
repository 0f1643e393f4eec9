// The library under test, for the sources in ../shared.
#pragma once

#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/mac.h"
#include "cicada/crypto/openssl/modp_group.h"

namespace provider = cicada::crypto::openssl;
