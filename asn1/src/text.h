// Character strings of ASN.1 as UTF-8.
#pragma once

#include <optional>
#include <string>

#include "cicada/asn1/tlv.h"

namespace cicada::asn1 {

/// The text, or nothing when the octets do not fit the string type or the tag is no character string.
[[nodiscard]] std::optional<std::string> strict_text_of(Tag string_tag, base::ByteView content);

/// May this text stand in a PrintableString (X.680 §41.4)?
[[nodiscard]] bool is_printable_string(std::string_view text) noexcept;

}  // namespace cicada::asn1
