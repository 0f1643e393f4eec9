// Any octets as SecurityInfos: nothing is dropped, and what was read is read again when it is written.
#include "cicada/asn1/security_infos.h"

#include <cstddef>

#include "promise.h"

using namespace cicada::asn1;
using cicada::base::ByteView;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto infos = parse_security_infos(ByteView{data, size});
  if (!infos) return 0;
  const auto again = parse_security_infos(encode_security_infos(infos->entries));
  promise(again.has_value() && again->entries.size() == infos->entries.size());
  promise(missing_from(*infos, *again).empty() && missing_from(*again, *infos).empty());
  for (const auto& key : infos->all<ChipAuthenticationPublicKeyInfo>()) {
    static_cast<void>(parse_dh_public_key(key.info->public_key).has_value());
    static_cast<void>(parse_ec_public_key(key.info->public_key).has_value());
    static_cast<void>(dh_value_of_standardized(key.info->public_key).has_value());
  }
  return 0;
}
