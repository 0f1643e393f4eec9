#include "cicada/host/gp/kdf.h"

#include <algorithm>
#include <array>

#include "cicada/base/secret.h"

namespace cicada::host::gp {

using base::ByteView;
using base::Result;

namespace {
constexpr std::size_t kCmacSize = 16;
constexpr std::size_t kMaxRounds = 255;  // the counter is one octet and begins at 1
constexpr std::size_t kLabelZeros = 11;  // Amendment D §4.1.5: the label is 12 octets, the last one the constant
}  // namespace

Result<void> derive_in_counter_mode(const crypto::openssl::Cmac& key, ByteView before, ByteView after,
                                    base::MutableByteView out) {
  if (out.size() > kMaxRounds * kCmacSize) {
    return base::fail(
        {.fault = base::Fault::bad_input, .what = "too many octets to derive", .clause = "SP 800-108 §4.1"});
  }
  for (std::uint8_t i = 1; !out.empty(); ++i) {
    CICADA_TRY(auto block, key.compute({before, ByteView{&i, 1}, after}));
    const base::Wiper wiper{block};
    const auto count = std::min(out.size(), block.size());
    std::copy_n(block.begin(), count, out.begin());
    out = out.subspan(count);
  }
  return {};
}

Result<void> derive_scp03(const crypto::openssl::Cmac& key, Derivation constant, ByteView context,
                          base::MutableByteView out) {
  const auto bits = out.size() * 8;
  std::array<std::uint8_t, kLabelZeros + 4> before{};
  before[kLabelZeros] = static_cast<std::uint8_t>(constant);
  before[kLabelZeros + 2] = static_cast<std::uint8_t>(bits >> 8U);
  before[kLabelZeros + 3] = static_cast<std::uint8_t>(bits);
  return derive_in_counter_mode(key, before, context, out);
}

}  // namespace cicada::host::gp
