// Any octets as DG3 (ISO/IEC 19794-4 and 39794-4), with the promises of DG2.
#include "cicada/host/lds/dg3.h"

#include "../../asn1/promise.h"

using namespace cicada::host::lds;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto dg3 = parse_dg3({data, size});
  if (!dg3) return 0;
  promise(dg3->templates.size() <= kMaxFingerTemplates);
  std::size_t octets = 0;
  for (const auto& one : dg3->templates) {
    promise(one.record.fingers.size() <= kMaxFingerImages);
    for (const auto& finger : one.record.fingers) octets += finger.image.size();
  }
  promise(octets <= size);
  const auto built = build_dg3(*dg3);
  if (!built) return 0;
  promise(parse_dg3(*built).has_value());
  return 0;
}
