// Where the types of ../shared/groups.h come from, when both libraries are under test.
#pragma once

#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/crypto/openssl/modp_group.h"

namespace provider = cicada::crypto::openssl;
