// Any octets as a revocation list.
#include "cicada/asn1/crl.h"

#include <algorithm>
#include <cstddef>

#include "promise.h"

using namespace cicada::asn1;
using cicada::base::ByteView;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  const auto list = parse_certificate_list(input);
  if (!list) return 0;
  promise(!std::ranges::search(input, list->tbs).empty());
  promise(list->revoked.size() <= kMaxRevoked);
  for (const auto& entry : list->revoked) promise(list->revokes(entry.serial));
  static_cast<void>(list->crl_number().has_value());
  static_cast<void>(list->authority_key_identifier().has_value());
  return 0;
}
