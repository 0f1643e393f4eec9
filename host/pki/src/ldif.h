// LDIF (RFC 2849) as the ICAO PKD hands it out: only the values that are octets. Private to the room.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::pki {

/// A longer value (characters of base64) is refused.
inline constexpr std::size_t kMaxLdifValue = 64UL * 1024 * 1024;

/// One "attribute:: base64" of an entry.
struct LdifValue {
  std::string attribute;  ///< lower case, without options: "usercertificate"
  std::size_t at = 0;     ///< offset of the line
  base::Bytes octets;
};

/// Does the text begin like an LDIF file: comments, then "version:" or "dn:"?
[[nodiscard]] bool looks_like_ldif(base::ByteView text) noexcept;

/// Hands every value in base64 that can be decoded to `on_value`, in the order of the file; lines are unfolded. A value
/// that cannot be decoded goes to `on_error`. Stops when on_value fails.
[[nodiscard]] base::Result<void> read_ldif(base::ByteView text,
                                           const std::function<base::Result<void>(LdifValue)>& on_value,
                                           const std::function<void(const base::Error&)>& on_error);

}  // namespace cicada::host::pki
