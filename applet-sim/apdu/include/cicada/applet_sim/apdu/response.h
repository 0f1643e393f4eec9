// Response APDUs (ISO/IEC 7816-4 §5.2).
#pragma once

#include "cicada/applet_sim/apdu/sw.h"
#include "cicada/base/bytes.h"

namespace cicada::applet_sim::apdu {

struct ResponseApdu {
  base::Bytes data;
  StatusWord sw = sw::k9000Ok;

  ResponseApdu() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a handler answers `return sw::k6A82FileNotFound;`
  ResponseApdu(StatusWord word) noexcept : sw(word) {}
  ResponseApdu(base::Bytes&& field, StatusWord word) noexcept : data(std::move(field)), sw(word) {}

  /// Neither 9000 nor a warning (62xx, 63xx): the command did nothing.
  [[nodiscard]] bool is_error() const noexcept { return sw != sw::k9000Ok && (sw >> 8U) != 0x62 && (sw >> 8U) != 0x63; }
};

/// The octets on the wire; takes the data field over.
[[nodiscard]] inline base::Bytes encode(ResponseApdu&& response) {
  base::Bytes octets = std::move(response.data);
  octets.push_back(static_cast<std::uint8_t>(response.sw >> 8U));
  octets.push_back(static_cast<std::uint8_t>(response.sw));
  return octets;
}

}  // namespace cicada::applet_sim::apdu
