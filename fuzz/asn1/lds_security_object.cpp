// Any octets as an LDS security object: what is accepted keeps the rules and can be written and read again.
#include "cicada/asn1/lds_security_object.h"

#include <cstddef>

#include "promise.h"

using namespace cicada::asn1;
using cicada::base::ByteView;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto object = parse_lds_security_object(ByteView{data, size});
  if (!object) return 0;
  promise(object->data_groups.size() >= kMinDataGroups && object->data_groups.size() <= kMaxDataGroups);
  // Version information may stand where it does not belong: the one thing that reading tolerates and writing does not.
  object->version = 0;
  object->version_info.reset();
  const auto der = encode(*object);
  promise(der.has_value());
  const auto again = parse_lds_security_object(*der);
  promise(again.has_value() && again->data_groups.size() == object->data_groups.size());
  for (const auto& data_group : object->data_groups) {
    promise(again->find(data_group.number) != nullptr && *again->find(data_group.number) == data_group.hash);
  }
  return 0;
}
