// The commands of PACE and the form of their answers (9303-11 §4.4.4). No cryptography.
#pragma once

#include <cstdint>
#include <optional>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/access/pace.h"
#include "cicada/host/access/session.h"

namespace cicada::host::access::pace {

/// One step of GENERAL AUTHENTICATE: the tag we send, the tag that comes back.
struct Step {
  std::uint8_t request;  ///< 0: an empty 7C asks for the nonce
  std::uint8_t response;
  bool last;
};
inline constexpr Step kGetNonce{.request = 0, .response = 0x80, .last = false};
inline constexpr Step kMap{.request = 0x81, .response = 0x82, .last = false};
inline constexpr Step kAgree{.request = 0x83, .response = 0x84, .last = false};
inline constexpr Step kAuthenticate{.request = 0x85, .response = 0x86, .last = true};

/// What the last step brings besides the token.
struct LastAnswer {
  base::Bytes token;
  base::Bytes car;
  base::Bytes previous_car;
  base::Bytes chip_authentication_data;
  bool has_chip_authentication_data = false;
};

/// The dialogue with one card. Remembers how many tries the card said were left.
class Exchange {
 public:
  Exchange(PlainSession& plain, const PaceOffer& offer, PasswordKind password, const PaceOptions& options) noexcept
      : plain_(plain), offer_(offer), password_(password), options_(options) {}

  [[nodiscard]] base::Result<void> set_authentication_template();
  /// The value of the one object that the step answers with; for integrated mapping's second step it is empty.
  [[nodiscard]] base::Result<base::Bytes> send(const Step& step, base::ByteView value);
  [[nodiscard]] base::Result<LastAnswer> authenticate(base::ByteView token);

  [[nodiscard]] std::optional<std::uint8_t> tries_left() const noexcept { return tries_left_; }

 private:
  [[nodiscard]] base::Result<base::Bytes> general_authenticate(const Step& step, base::ByteView value);
  [[nodiscard]] std::unexpected<base::Error> refused_template(std::uint16_t status) const;
  [[nodiscard]] std::unexpected<base::Error> refused_step(const Step& step, std::uint16_t status);
  [[nodiscard]] base::Result<void> heed_counter(std::uint16_t status);

  PlainSession& plain_;
  const PaceOffer& offer_;
  PasswordKind password_;
  const PaceOptions& options_;
  std::optional<std::uint8_t> tries_left_ = {};
};

}  // namespace cicada::host::access::pace
