// Distinguished names: who issued, who is named.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/asn1/oid.h"
#include "cicada/asn1/tlv.h"

namespace cicada::asn1 {

/// One "type = value" of a name.
struct NameAttribute {
  Oid type;
  Tag string_tag = 0;  ///< 13 PrintableString, 0C UTF8String, ...
  base::Bytes value;   ///< content octets of the string

  /// The value as UTF-8.
  [[nodiscard]] std::string text() const;
};

/// A Name (RFC 5280 §4.1.2.4).
struct Name {
  base::Bytes der;                                         ///< the whole SEQUENCE as it stood
  std::vector<std::vector<NameAttribute>> relative_names;  ///< in the order of the encoding

  /// The text of the first attribute of this type; nothing if there is none.
  [[nodiscard]] std::optional<std::string> find(const Oid& type) const;
  [[nodiscard]] std::optional<std::string> country() const;  ///< countryName as it stands
  [[nodiscard]] std::optional<std::string> common_name() const;
  /// "C=VN, O=Test, CN=CSCA"; unknown types in dotted form; control characters shown as '?'.
  [[nodiscard]] std::string to_string() const;
};

/// Fails with malformed or limit.
[[nodiscard]] base::Result<Name> parse_name(base::ByteView der);

/// The comparison of 9303-12 §7.1 (RFC 5280 §7.1): string types do not matter, nor letter case (ASCII), nor how much
/// white space stands at the ends and between words. The order of the relative names matters.
[[nodiscard]] bool same_name(const Name& a, const Name& b);

/// The same with the relative names in any order: some signers turn a name round.
[[nodiscard]] bool same_name_in_any_order(const Name& a, const Name& b);

/// What encode_name() makes a relative name from.
struct NamePart {
  Oid type;
  std::string text;    ///< UTF-8
  Tag string_tag = 0;  ///< 0: PrintableString when the text allows it, else UTF8String
};

/// A Name with one attribute in each relative name. Fails with bad_input when a text does not fit its string type.
[[nodiscard]] base::Result<base::Bytes> encode_name(std::span<const NamePart> parts);

}  // namespace cicada::asn1
