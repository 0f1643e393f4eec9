#include "cicada/applet_sim/protocol/agreement/neglect.h"

namespace cicada::applet_sim::protocol::agreement {
namespace {

using base::Bytes;
using base::ByteView;
using security::Lapse;

/// What is left of a coordinate: an integer's octets, or those of one that has been padded because it seemed negative.
void append_coordinate(Bytes& to, ByteView coordinate, security::Lapses lapses) {
  constexpr std::uint8_t kHighest = 0x80;
  if (lapses.has(Lapse::leading_zeros)) {
    while (!coordinate.empty() && coordinate.front() == 0) coordinate = coordinate.subspan(1);
  }
  const bool seems_negative = !coordinate.empty() && (coordinate.front() & kHighest) != 0;
  if (lapses.has(Lapse::highest_bit) && seems_negative) to.push_back(0);
  base::append(to, coordinate);
}

}  // namespace

base::Bytes key_with_lapses(const Domain& domain, base::ByteView key, security::Lapses lapses) {
  if (lapses.has(Lapse::key_elements) && !domain.check(key)) return domain.generator();
  const bool of_numbers = lapses.has(Lapse::leading_zeros) || lapses.has(Lapse::highest_bit);
  if (!of_numbers || domain.kind() != Kind::ecdh || key.size() != domain.generator().size()) {
    return base::to_bytes(key);
  }
  const auto size = key.size() / 2;
  Bytes seen{key.front()};
  append_coordinate(seen, key.subspan(1, size), lapses);
  append_coordinate(seen, key.subspan(1 + size), lapses);
  return seen;
}

}  // namespace cicada::applet_sim::protocol::agreement
