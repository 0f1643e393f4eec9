#include "cicada/host/lds/sod.h"

#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/ef.h"

namespace cicada::host::lds {
namespace {

using base::fail;
using base::Fault;

constexpr std::uint8_t kIndefinite = 0x80;
constexpr std::size_t kEndOfContents = 2;  ///< octets of 00 00
/// Objects that are walked while the end of an object of indefinite length is looked for.
constexpr std::size_t kMaxWalk = 16'384;

/// Octets of the object at the front of `bytes`, whose length may be indefinite (X.690 §8.1.3.6): documents in the
/// field have that (US passports). Without recursion; the open objects are counted.
base::Result<std::size_t> object_size(base::ByteView bytes) {
  std::size_t at = 0;
  std::size_t open = 0;
  for (std::size_t steps = 0; steps < kMaxWalk; ++steps) {
    const auto rest = bytes.subspan(at);
    if (open != 0 && rest.size() >= kEndOfContents && rest[0] == 0 && rest[1] == 0) {
      at += kEndOfContents;
      --open;
    } else if (rest.size() >= 2 && rest[1] == kIndefinite) {
      // One-octet tags only: nothing in a ContentInfo has a longer one.
      at += 2;
      if (++open > asn1::kMaxDepth) return fail({.fault = Fault::limit, .what = "objects are nested too deeply"});
    } else {
      CICADA_TRY(const auto header, asn1::read_header(rest));
      if (header.total_size() > rest.size()) {
        return fail({.fault = Fault::malformed, .what = "an object is longer than its file", .at = at});
      }
      at += header.total_size();
    }
    if (open == 0) return at;
  }
  return fail({.fault = Fault::limit, .what = "too many objects in EF.SOD"});
}

}  // namespace

base::Result<SodView> unwrap_sod(base::ByteView file) {
  const auto tag = info(Ef::sod).tag;
  if (file.size() < 2 || file[0] != tag) {
    return fail({.fault = Fault::malformed, .what = "EF.SOD does not begin with tag 77", .clause = "9303-10 §4.6.2"});
  }
  if (file[1] == kIndefinite) {
    CICADA_TRY(const auto whole, object_size(file));
    return SodView{.cms = file.subspan(2, whole - 2 - kEndOfContents), .trailing = file.subspan(whole)};
  }
  asn1::TlvReader reader{file};
  CICADA_TRY(const auto outer, reader.expect(tag));
  CICADA_TRY(const auto size, object_size(outer.value));
  if (size != outer.value.size()) {
    return fail({.fault = Fault::malformed,
                 .what = "EF.SOD holds something besides one ContentInfo",
                 .clause = "9303-10 §4.6.2",
                 .at = size});
  }
  return SodView{.cms = outer.value, .trailing = reader.rest()};
}

base::Bytes wrap_sod(base::ByteView cms) {
  return asn1::encode_tlv(info(Ef::sod).tag, cms);
}

}  // namespace cicada::host::lds
