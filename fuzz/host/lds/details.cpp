// Any octets as DG11, DG12 and DG16: what is read can be written, and what was written is read as the same.
#include "../../asn1/promise.h"
#include "cicada/host/lds/dg11.h"
#include "cicada/host/lds/dg12.h"
#include "cicada/host/lds/dg16.h"

using namespace cicada::host::lds;
using cicada::base::ByteView;
using cicada::fuzz::promise;

namespace {

template <typename Group, typename Parse, typename Build>
void round_trip(const cicada::base::Result<Group>& group, Parse parse, Build build) {
  if (!group) return;
  const auto built = build(*group);
  promise(built.has_value());
  const auto again = parse(*built);
  promise(again.has_value());
  promise(build(*again) == *built);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  round_trip(parse_dg11(input), parse_dg11, [](const Dg11& group) { return build_dg11(group); });
  round_trip(parse_dg12(input), parse_dg12, [](const Dg12& group) { return build_dg12(group); });
  round_trip(parse_dg16(input), parse_dg16, [](const Dg16& group) { return build_dg16(group); });
  return 0;
}
