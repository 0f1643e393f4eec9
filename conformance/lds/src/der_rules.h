// Distinguished encoding (X.690 §10, §11), all the way down.
#pragma once

#include "strict_tlv.h"

namespace cicada::conformance::lds {

/// Every object in `octets`, which stand at offset `at` of the file, is as DER wants it: definite shortest lengths;
/// values of universal types minimal; strings in one piece; sets (31) sorted and without doubles. Sets behind a context
/// tag cannot be told from sequences: see check_set_order. `what` names the whole in a finding.
[[nodiscard]] Judged<void> check_der(base::ByteView octets, std::size_t at, std::string_view what);
/// The elements stand in ascending order of their octets and no one twice (X.690 §11.6).
[[nodiscard]] Judged<void> check_set_order(const Object& set, std::string_view what);
/// A small INTEGER that is not negative; anything else breaks.
[[nodiscard]] Judged<std::uint32_t> small_integer(const Object& integer, std::string_view what);

}  // namespace cicada::conformance::lds
