// EF.CVCA (9303-10 §4.6.6, 9303-11 §7.1.3): the names of the keys that a card trusts for terminals.
#pragma once

#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::asn1 {

/// The file has always this many octets; what is left is 00.
inline constexpr std::size_t kEfCvcaSize = 36;

/// One or two references, the newest first. Fails with malformed.
[[nodiscard]] base::Result<std::vector<std::string>> parse_ef_cvca(base::ByteView file);
/// Fails with bad_input for none, more than two, or texts that are no references.
[[nodiscard]] base::Result<base::Bytes> encode_ef_cvca(const std::vector<std::string>& references);

}  // namespace cicada::asn1
