// The pictures of tests/vectors/portraits.json.
#pragma once

#include <stdexcept>
#include <string>

#include "vectors.h"

namespace cicada::test {

inline constexpr std::uint32_t kPictureWidth = 40;
inline constexpr std::uint32_t kPictureHeight = 56;

inline nlohmann::json pictures() {
  return tests::vectors::load("portraits.json").at("pictures");
}

inline base::Bytes picture(const std::string& id) {
  for (const auto& one : pictures()) {
    if (one.at("id") == id) return tests::vectors::octets(one, "hex");
  }
  throw std::runtime_error{"no picture " + id};
}

/// What the picture's pixels are, by the rule in the vector file.
inline base::Bytes pixels(std::uint32_t channels) {
  base::Bytes samples;
  for (std::uint32_t y = 0; y < kPictureHeight; ++y) {
    for (std::uint32_t x = 0; x < kPictureWidth; ++x) {
      if (channels == 1) {
        samples.push_back(static_cast<std::uint8_t>(5 * x + 2 * y));
        continue;
      }
      for (const auto value : {6 * x, 4 * y, x * y / 9}) samples.push_back(static_cast<std::uint8_t>(value));
    }
  }
  return samples;
}

/// The mean difference of two pictures' samples.
inline double mean_error(base::ByteView a, base::ByteView b) {
  if (a.size() != b.size() || a.empty()) return 255;
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
  return sum / static_cast<double>(a.size());
}

}  // namespace cicada::test
