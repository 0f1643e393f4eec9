// The two forms of an ECDSA signature: DER SEQUENCE { r, s }, and plain r || s.
#pragma once

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::crypto::openssl {

/// r || s, each `width` octets. Fails with malformed on anything that DER does not allow (a longer form of a length,
/// a padded or negative integer, octets behind the end) and with security when r or s is wider than `width`.
[[nodiscard]] base::Result<base::Bytes> plain_from_der(base::ByteView der, std::size_t width);

/// `plain` is r || s, of even length.
[[nodiscard]] base::Bytes der_from_plain(base::ByteView plain);

}  // namespace cicada::crypto::openssl
