// Data groups whose content no standard fixes: DG6 (reserved), DG8 to DG10 (security features), DG13 (the State's own).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/ef.h"
#include "cicada/host/lds/unknown_object.h"

namespace cicada::host::lds {

/// A group that is handed on, not understood.
struct OpaqueGroup {
  base::Bytes content;                 ///< value of the group's object, as it stood
  std::optional<std::uint8_t> count;   ///< DG8 to DG10 say how many features there are (02)
  std::vector<UnknownObject> objects;  ///< the content object by object, without the count; empty when it is no TLV
  bool counts_right = true;            ///< false when the count is absent in DG8 to DG10, or another than there are
};

/// Reads the whole file content of any group. Fails with malformed when it is not one object with the tag of `ef`.
/// @clause 9303-10 §4.7.6, §4.7.8, §4.7.13
[[nodiscard]] base::Result<OpaqueGroup> parse_opaque_group(base::ByteView file, Ef ef);

/// The file around this content.
[[nodiscard]] base::Bytes build_opaque_group(base::ByteView content, Ef ef);

/// DG8, DG9 or DG10: the number of features, then each. Fails with bad_input on another group, none, or more than 255.
[[nodiscard]] base::Result<base::Bytes> build_feature_group(const std::vector<UnknownObject>& features, Ef ef);

}  // namespace cicada::host::lds
