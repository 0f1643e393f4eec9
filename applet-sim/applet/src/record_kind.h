// Kinds of changes in the journal.
#pragma once

#include <cstdint>

#include "cicada/applet_sim/fs/file_system.h"

namespace cicada::applet_sim::applet {

/// Numbers in card files, so they never get another meaning.
enum class Kind : std::uint8_t {
  initialize = 1,
  transport_keys = 2,
  sequence_counter = 3,
  create_file = 4,
  write_binary = 5,
  access_keys = 6,
  life_cycle = 7,
  pace_password = 8,
  tries = 9,
  pace_protocol = 10,
  active_key = 11,
  chip_key = 12,
  trust_points = 13,
  current_date = 14,
  cvca_file = 15,
  document_number = 16,
  erase = 17,
  remake_file = 18,
  manager = 19,
  key_counter = 20,
  rsa_half = 21,
};

/// What kind of key follows.
enum class KeyKind : std::uint8_t { rsa = 1, ec = 2, dh = 3 };

inline constexpr std::uint8_t kInMf = 0xFF;
static_assert(fs::kMaxFiles <= kInMf);

/// A key identifier that is not there; identifiers are 0 to 127.
inline constexpr std::uint8_t kNoKeyId = 0xFF;

}  // namespace cicada::applet_sim::applet
