// Pictures for test documents.
#pragma once

#include <cstdint>

#include "cicada/base/bytes.h"

namespace cicada::tools::lower_tester {

/// A baseline JPEG of coloured bars with a grain, of at least `octets` (filled up with comments behind its head).
[[nodiscard]] base::Bytes make_picture(std::uint16_t width, std::uint16_t height, std::size_t octets = 0);
/// The frame of a WSQ picture with octets that no decoder has to understand; readers look at its first octets.
[[nodiscard]] base::Bytes make_fingerprint(std::size_t octets);
/// Grey values, one octet a pixel.
[[nodiscard]] base::Bytes make_iris(std::uint16_t width, std::uint16_t height);

}  // namespace cicada::tools::lower_tester
