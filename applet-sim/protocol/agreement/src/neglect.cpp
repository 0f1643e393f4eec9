#include "cicada/applet_sim/protocol/agreement/neglect.h"

namespace cicada::applet_sim::protocol::agreement {
namespace {

void append_coordinate(base::Bytes& to, base::ByteView coordinate, KeyLapses lapses) {
  constexpr std::uint8_t kHighest = 0x80;
  while (lapses.leading_zeros && !coordinate.empty() && coordinate.front() == 0) coordinate = coordinate.subspan(1);
  const bool seems_negative = !coordinate.empty() && (coordinate.front() & kHighest) != 0;
  if (lapses.highest_bit && seems_negative) to.push_back(0);
  base::append(to, coordinate);
}

}  // namespace

base::Bytes key_with_lapses(const Domain& domain, base::ByteView key, KeyLapses lapses) {
  if (lapses.elements && !domain.check(key)) return domain.generator();
  const bool of_coordinates = lapses.leading_zeros || lapses.highest_bit;
  if (!of_coordinates || domain.kind() != Kind::ecdh || key.size() != domain.generator().size()) {
    return base::to_bytes(key);
  }
  const auto size = key.size() / 2;
  base::Bytes seen{key.front()};
  append_coordinate(seen, key.subspan(1, size), lapses);
  append_coordinate(seen, key.subspan(1 + size), lapses);
  return seen;
}

}  // namespace cicada::applet_sim::protocol::agreement
