// Any octets as the answer to a protected command: they are put into words, and what is found sound is so in every
// part. The first octet says which cipher and which instruction.
#include "../../asn1/promise.h"
#include "cicada/conformance/terminal/session.h"

using namespace cicada::conformance::terminal;
using cicada::base::Bytes;
using cicada::base::ByteView;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView input{data + 1, size - 1};
  const bool aes = (data[0] & 1U) != 0;
  const bool odd = (data[0] & 2U) != 0;
  const auto key = [] { return cicada::base::SecretBytes{Bytes(16, 0x5A)}; };
  auto session = Session::create(aes ? KeyKind::aes128 : KeyKind::tdes, key(), key(), Bytes(aes ? 16 : 8));
  promise(session.has_value());
  const auto wrapped = session->wrap({.ins = static_cast<std::uint8_t>(odd ? 0xB1 : 0xB0), .ne = 4});
  promise(wrapped.has_value());
  const auto seen = session->unwrap(input, odd);
  // A fuzzer that sees comparisons finds the MAC of fixed keys; then all the rest has to be right as well.
  if (seen.sound()) {
    const std::uint8_t cryptogram = odd ? 0x85 : 0x87;
    promise(seen.inner == seen.sw);
    promise(seen.objects == Bytes{0x99, 0x8E} || seen.objects == Bytes{cryptogram, 0x99, 0x8E});
  }
  promise(seen.data.size() <= input.size());
  promise(seen.secured || seen.objects.empty());
  return 0;
}
