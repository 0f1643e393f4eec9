// Any octets as DG2 (ISO/IEC 19794-5 and 39794-5): what is read holds no more than the file, and what is written from
// it is read again as the same.
#include "cicada/host/lds/dg2.h"

#include "../../asn1/promise.h"

using namespace cicada::host::lds;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto dg2 = parse_dg2({data, size});
  if (!dg2) return 0;
  promise(!dg2->templates.empty() && dg2->templates.size() <= kMaxFaceTemplates);
  std::size_t octets = 0;
  for (const auto& one : dg2->templates) {
    for (const auto& face : one.faces) octets += face.image.size();
  }
  promise(octets <= size);
  const auto built = build_dg2(*dg2);  // fails when an image is of another kind, or a block is empty
  if (!built) return 0;
  const auto again = parse_dg2(*built);
  promise(again.has_value());
  promise(build_dg2(*again) == *built);
  return 0;
}
