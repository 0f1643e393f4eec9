// INTERNAL AUTHENTICATE of the eMRTD application.
#pragma once

#include <optional>
#include <variant>

#include "cicada/applet_sim/applet/applet.h"
#include "cicada/crypto/mbedtls/ec.h"
#include "cicada/crypto/mbedtls/rsa.h"

namespace cicada::applet_sim::applet {

/// Keeps the key object that it once made of the card's octets: making one is as dear as signing.
class ActiveAuthentication {
 public:
  /// 88 00 00 08 RND.IFD (9303-11 §6.1.3): the signature. 6D00 on a card without such a key, 6982 outside a session
  /// of a card that has access control, 6700 for another number of octets.
  [[nodiscard]] Reply answer(const Context& context, const apdu::CommandView& command);
  void forget() noexcept { key_ = std::monostate{}; }

 private:
  [[nodiscard]] base::Result<void> prepare(const ActiveKey& key);
  [[nodiscard]] base::Result<base::Bytes> sign(const Context& context, base::ByteView rnd_ifd);

  std::variant<std::monostate, crypto::mbedtls::RsaPrivateKey, crypto::mbedtls::EcPrivateKey> key_;
};

}  // namespace cicada::applet_sim::applet
