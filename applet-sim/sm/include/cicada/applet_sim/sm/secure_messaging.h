// Secure messaging, the card's side (9303-11 §9.8): commands are unwrapped, responses wrapped.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <variant>

#include "cicada/applet_sim/apdu/command.h"
#include "cicada/applet_sim/apdu/response.h"
#include "cicada/applet_sim/security/lapse.h"
#include "cicada/applet_sim/sm/session_keys.h"
#include "cicada/base/error.h"
#include "cicada/crypto/mbedtls/cipher.h"
#include "cicada/crypto/mbedtls/mac.h"

namespace cicada::applet_sim::sm {

/// Which objects a command cannot do without: a missing one is an error of secure messaging (6987), not of the
/// command.
struct Required {
  bool data = false;  ///< DO'87' or DO'85'
  bool le = false;    ///< DO'97'
};

/// How a response is protected. As it stands, as 9303-11 §9.8.4 has it; a card that misbehaves on purpose departs.
struct Wrapping {
  unsigned ssc_steps = 1;         ///< how far the counter goes on
  std::uint8_t indicator = 0x01;  ///< first octet of DO'87'
  std::uint8_t padding = 0x80;    ///< first octet of the padding
  /// Changes the objects `[85|87] 99` that the MAC is about to be computed over.
  std::function<void(base::Bytes&)> edit = {};
};

/// Send sequence counter: 8 octets for 3DES, 16 for AES (9303-11 §9.8.7).
using Ssc = base::ByteView;

/// One session: its keys, its counter, its keyed contexts. No input or output, no repair: after an error the owner
/// throws it away (9303-11 §9.8.3).
class SecureMessaging {
 public:
  /// Fails with bad_input when a key or the counter has the wrong size.
  [[nodiscard]] static base::Result<SecureMessaging> create(const SessionKeys& keys, Ssc ssc);

  /// The command inside a protected one (class 0C). The MAC is verified before anything is decrypted.
  /// Fails with security and sw 6987 (DO'8E' or a required object is missing) or 6988 (anything else: object unknown,
  /// malformed, twice, out of order, wrong MAC, wrong padding), or with crypto. `lapses`: what is not looked at.
  [[nodiscard]] base::Result<apdu::CommandApdu> unwrap_command(const apdu::CommandView& command, Required required,
                                                               security::Lapses lapses = {});

  /// The protected response to the command that was unwrapped last, as it goes on the wire. Fails with crypto.
  [[nodiscard]] base::Result<base::Bytes> wrap_response(apdu::ResponseApdu&& response, const Wrapping& how = {});

 private:
  using Mac = std::variant<crypto::mbedtls::RetailMac, crypto::mbedtls::Cmac>;
  using MacValue = std::array<std::uint8_t, 8>;
  static constexpr std::size_t kMaxBlock = 16;

  SecureMessaging(crypto::mbedtls::BlockCipher cipher, Mac mac, std::size_t block, Ssc ssc) noexcept;

  void advance_ssc() noexcept;
  [[nodiscard]] base::ByteView ssc() const noexcept { return base::ByteView{ssc_}.first(block_); }
  [[nodiscard]] base::Result<std::array<std::uint8_t, kMaxBlock>> iv() const;
  /// Over SSC, `head` (whole blocks, or nothing) and `objects`, which are padded here when there are any.
  [[nodiscard]] base::Result<MacValue> mac_over(base::ByteView head, base::ByteView objects, bool pad) const;
  [[nodiscard]] base::Result<void> verify_mac(const apdu::CommandView& command, base::ByteView objects,
                                              base::ByteView mac) const;
  /// Also with the counter of the command before, which is then taken up again.
  [[nodiscard]] base::Result<void> verify_with_old_counter(const apdu::CommandView& command, base::ByteView objects,
                                                           base::ByteView mac);
  [[nodiscard]] base::Result<base::Bytes> decrypt(base::ByteView cryptogram, bool any_padding) const;
  [[nodiscard]] base::Result<void> append_cryptogram(base::Bytes& to, base::ByteView data, const Wrapping& how) const;
  [[nodiscard]] std::size_t room_for_data(std::size_t outer) const noexcept;

  crypto::mbedtls::BlockCipher cipher_;
  Mac mac_;
  std::size_t block_;
  std::array<std::uint8_t, kMaxBlock> ssc_{};
  bool odd_ = false;  // INS of the command in hand: its response uses DO'85' instead of DO'87'
};

}  // namespace cicada::applet_sim::sm
