// Spoilt encodings from a seeded generator: the same seed gives the same ones.
#pragma once

#include <array>

#include "cicada/asn1/tlv.h"
#include "cicada/base/rng.h"

namespace cicada::test {

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : rng_(seed) {}

  /// One to four changes, anywhere: bits, octets that mean something in BER, pieces cut out, doubled or moved, the end
  /// cut off, a length octet off by a little.
  base::Bytes mutate(base::Bytes octets) {
    const auto changes = 1 + below(4);
    for (std::size_t i = 0; i < changes; ++i) change(octets);
    return octets;
  }

 private:
  std::size_t below(std::size_t limit) {
    std::array<std::uint8_t, 8> random{};
    static_cast<void>(rng_.fill(random).has_value());
    std::uint64_t value = 0;
    for (const auto octet : random) value = (value << 8U) | octet;
    return limit == 0 ? 0 : static_cast<std::size_t>(value % limit);
  }

  static std::ptrdiff_t at(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

  void change(base::Bytes& octets) {
    if (octets.empty()) {
      octets.push_back(static_cast<std::uint8_t>(below(256)));
      return;
    }
    const auto where = below(octets.size());
    const auto size = 1 + below(std::min<std::size_t>(octets.size() - where, 40));
    constexpr std::array<std::uint8_t, 20> kTelling{0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x1F, 0x24, 0x30,
                                                    0x31, 0x7F, 0x80, 0x81, 0x82, 0x84, 0x85, 0xA0, 0xA3, 0xFF};
    switch (below(8)) {
      case 0: octets[where] = static_cast<std::uint8_t>(octets[where] ^ (1U << below(8))); break;
      case 1: octets[where] = kTelling.at(below(kTelling.size())); break;
      case 2: octets.erase(octets.begin() + at(where), octets.begin() + at(where + size)); break;
      case 3: {
        const base::Bytes piece(octets.begin() + at(where), octets.begin() + at(where + size));
        const auto target = below(octets.size() + 1);
        octets.insert(octets.begin() + at(target), piece.begin(), piece.end());
        break;
      }
      case 4: octets.resize(where); break;
      case 5: change_length(octets); break;
      case 6: std::reverse(octets.begin() + at(where), octets.begin() + at(where + size)); break;
      default: octets.insert(octets.begin() + at(where), kTelling.at(below(kTelling.size()))); break;
    }
  }

  /// Goes some way down into the objects and changes the last octet of a header, which is a length.
  void change_length(base::Bytes& octets) {
    std::size_t position = 0;
    for (auto steps = below(30); steps > 0; --steps) {
      const auto header = asn1::read_header(base::ByteView{octets}.subspan(position));
      if (!header) return;
      const bool constructed = (octets[position] & 0x20U) != 0;
      const auto next = position + (constructed && below(4) != 0 ? header->header_size : header->total_size());
      if (next >= octets.size()) break;
      position = next;
    }
    const auto header = asn1::read_header(base::ByteView{octets}.subspan(position));
    if (!header) return;
    auto& length = octets[position + header->header_size - 1];
    length = static_cast<std::uint8_t>(below(2) == 0 ? length + below(5) - 2 : below(256));
  }

  base::ReplayRng rng_;
};

}  // namespace cicada::test
