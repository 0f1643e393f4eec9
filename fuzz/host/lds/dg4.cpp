// Any octets as DG4 (ISO/IEC 19794-6 and 39794-6), with the promises of DG2.
#include "cicada/host/lds/dg4.h"

#include "../../asn1/promise.h"

using namespace cicada::host::lds;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto dg4 = parse_dg4({data, size});
  if (!dg4) return 0;
  promise(dg4->templates.size() <= kMaxIrisTemplates);
  std::size_t octets = 0;
  for (const auto& one : dg4->templates) {
    for (const auto& eye : one.record.eyes) {
      for (const auto& iris : eye.images) octets += iris.image.size();
    }
  }
  promise(octets <= size);
  const auto built = build_dg4(*dg4);
  if (!built) return 0;
  const auto again = parse_dg4(*built);
  promise(again.has_value());
  promise(build_dg4(*again) == *built);
  return 0;
}
