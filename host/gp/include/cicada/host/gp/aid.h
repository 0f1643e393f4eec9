// Application identifiers (ISO/IEC 7816-5): names of applications, load files and modules on a card.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::gp {

/// 5 to 16 octets.
class Aid {
 public:
  static constexpr std::size_t kMinSize = 5;
  static constexpr std::size_t kMaxSize = 16;

  /// Fails with malformed when there are fewer than 5 or more than 16 octets.
  [[nodiscard]] static base::Result<Aid> from(base::ByteView octets);
  /// Fails with bad_input when the text is not hexadecimal or has another length.
  [[nodiscard]] static base::Result<Aid> from_text(std::string_view hexadecimal);

  [[nodiscard]] base::ByteView octets() const noexcept { return base::ByteView{octets_}.first(size_); }
  [[nodiscard]] std::string to_text() const;
  friend auto operator<=>(const Aid&, const Aid&) = default;

 private:
  std::array<std::uint8_t, kMaxSize> octets_{};
  std::size_t size_ = kMinSize;
};

}  // namespace cicada::host::gp
