// What a contactless wire makes of an exchange: deterministic, so that figures can be compared between machines.
//
// ISO/IEC 14443-4 blocks of FS octets carry FS-3 octets of an APDU; each block of a chain but the last is acknowledged
// by an R-block of 3 octets. An octet takes 9 bit times (8 and parity), a frame 2 more; a bit takes D/13.56 MHz, where
// D is 128, 64, 32, 16 for 106, 212, 424, 848 kbit/s. The reader waits 91 us before its frames, the card 86 us.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cicada::bench {

struct WireModel {
  std::size_t frame_size = 256;  ///< FS: octets of a block with header and checksum
  unsigned divisor = 32;         ///< D: 32 is 424 kbit/s
};

struct WireCost {
  std::uint64_t bytes = 0;
  double milliseconds = 0;

  WireCost& operator+=(const WireCost& other) noexcept {
    bytes += other.bytes;
    milliseconds += other.milliseconds;
    return *this;
  }
};

/// One direction: an APDU of `size` octets sent by the reader (or the card).
[[nodiscard]] inline WireCost one_way(const WireModel& model, std::size_t size, bool by_reader) noexcept {
  constexpr double kReaderWait = 0.091;
  constexpr double kCardWait = 0.086;
  const std::size_t payload = model.frame_size - 3;
  const std::size_t blocks = size == 0 ? 1 : (size + payload - 1) / payload;
  const std::size_t wire = size + 3 * blocks + 3 * (blocks - 1);
  const std::size_t acknowledgements = blocks - 1;
  const double bit = model.divisor / 13.56e3;  // milliseconds
  const double frames = static_cast<double>(blocks + acknowledgements);
  const double sender = by_reader ? kReaderWait : kCardWait;
  const double receiver = by_reader ? kCardWait : kReaderWait;
  return {.bytes = wire,
          .milliseconds = (9.0 * static_cast<double>(wire) + 2.0 * frames) * bit +
                          sender * static_cast<double>(blocks) + receiver * static_cast<double>(acknowledgements)};
}

[[nodiscard]] inline WireCost exchange(const WireModel& model, std::size_t command, std::size_t response) noexcept {
  WireCost cost = one_way(model, command, true);
  cost += one_way(model, response, false);
  return cost;
}

}  // namespace cicada::bench
