// The frame that DG2, DG3 and DG4 share; not part of the room's promise.
#pragma once

#include <span>

#include "cicada/asn1/tlv.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/biometric_template.h"
#include "cicada/host/lds/ef.h"

namespace cicada::host::lds {

/// What one of the three groups allows.
struct BiometricRules {
  Ef ef;
  std::string_view prefix;  ///< "dg2-": stands in front of every deviation
  std::size_t max_templates;
  bool may_be_empty;
  asn1::Tag iso39794_tag;                   ///< of the block inside A1: 65, 64, 66
  bool (*is_block)(base::ByteView octets);  ///< whether octets begin like a record or an image
};

struct BiometricGroup {
  std::vector<BiometricTemplate> templates;
  std::vector<UnknownObject> unknown;  ///< what stands beside the templates: 53 of an empty DG3
};

/// Reads the whole file content. Tolerated and named, with the prefix: "no-group" (templates without a 7F61),
/// "instance-count", "no-header", "block-tag" (a record under the tag of another kind of block, or of none).
/// Fails with malformed or limit.
[[nodiscard]] base::Result<BiometricGroup> parse_biometric_group(base::ByteView file, const BiometricRules& rules,
                                                                 std::vector<std::string>& deviations);

/// The file: the number of templates, the templates, the rest. Fails with bad_input on more than the group allows, or
/// none where there has to be one.
[[nodiscard]] base::Result<base::Bytes> build_biometric_group(const BiometricGroup& group, const BiometricRules& rules);

/// The header that the standard demands; `subtype` as in DO 82.
[[nodiscard]] std::vector<UnknownObject> biometric_header(std::uint8_t type, std::uint8_t subtype,
                                                          std::uint16_t format);

/// The content of the ISO/IEC 39794 object: 64, 65 or 66, with or without A1 around it. Nothing on another form.
[[nodiscard]] std::optional<base::ByteView> iso39794_content(base::ByteView block, asn1::Tag tag);

/// Adds prefix and name once.
void note(std::vector<std::string>& deviations, const BiometricRules& rules, std::string_view name);

}  // namespace cicada::host::lds
