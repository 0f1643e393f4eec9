// Secure messaging, the reader's side (9303-11 §9.8, ISO/IEC 7816-4 §10). No input or output: APDU in, APDU out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"
#include "cicada/host/iso7816/apdu.h"
#include "cicada/host/sm/ssc.h"

namespace cicada::host::sm {

/// A session key with one use. Move-only, wiped when it goes. 16 octets for 3DES; 16, 24 or 32 for AES.
template <typename Use>
class SessionKey {
 public:
  explicit SessionKey(base::SecretBytes octets) noexcept : octets_(std::move(octets)) {}
  [[nodiscard]] base::ByteView expose() const noexcept { return octets_.expose(); }
  [[nodiscard]] std::size_t size() const noexcept { return octets_.size(); }

 private:
  base::SecretBytes octets_;
};
/// KSenc and KSmac; one cannot be passed where the other is wanted.
using KsEnc = SessionKey<struct ForEncryption>;
using KsMac = SessionKey<struct ForAuthentication>;

enum class Cipher : std::uint8_t { tdes, aes };

/// Wraps commands and unwraps responses, strictly in turn. The keys are scheduled once and wiped with the object or
/// at the first failure: after any error every further call fails with session_dead (9303-11 §9.8.3), because the
/// counters of the two sides can no longer be known to agree.
class SecureMessaging {
 public:
  /// Two-key 3DES in CBC mode and the retail MAC. `ssc` has 8 octets. Fails with bad_input on other sizes.
  [[nodiscard]] static base::Result<SecureMessaging> tdes(KsEnc ks_enc, KsMac ks_mac, Ssc ssc);
  /// AES in CBC mode and CMAC cut to 8 octets; both keys have 16, 24 or 32 octets, `ssc` 16.
  [[nodiscard]] static base::Result<SecureMessaging> aes(KsEnc ks_enc, KsMac ks_mac, Ssc ssc);

  SecureMessaging(const SecureMessaging&) = delete;
  SecureMessaging& operator=(const SecureMessaging&) = delete;
  SecureMessaging(SecureMessaging&&) noexcept;
  SecureMessaging& operator=(SecureMessaging&&) noexcept;
  ~SecureMessaging();

  /// The protected command: [85|87] [97] 8E in this order (9303-11 §9.8.4). DO'85' for odd INS, DO'87' for even.
  /// Fails with bad_input or limit for a command that cannot be protected (its protected form needs extended length
  /// and `extended` is not set), with conflict when a response is still awaited.
  [[nodiscard]] base::Result<iso7816::CommandApdu> wrap_command(const iso7816::CommandApdu& plain);

  /// The plain response to the command wrapped last. [85|87] 99 8E in this order, nothing else, nothing twice; the MAC
  /// is verified before anything is decrypted, also when there is no data; DO'99' equals the outer status word.
  /// Fails with security (MAC, status word), malformed (form, padding), session_dead with Error::sw (the card
  /// answered in plain and has thereby ended the session), conflict (no command went before).
  [[nodiscard]] base::Result<iso7816::ResponseApdu> unwrap_response(const iso7816::ResponseApdu& secured);

  [[nodiscard]] bool alive() const noexcept { return state_ != nullptr; }
  [[nodiscard]] Cipher cipher() const noexcept { return cipher_; }

  /// Most plain octets that a response of `ne` octets can carry: 231 (3DES) or 223 (AES) for 256. Half the traffic of
  /// a document is read with this number.
  [[nodiscard]] std::size_t max_response_data(std::size_t ne) const noexcept;
  /// Most plain octets of an even-INS command whose protected data field has at most `nc` octets.
  [[nodiscard]] std::size_t max_command_data(std::size_t nc, bool with_le) const noexcept;

 private:
  struct State;
  SecureMessaging(Cipher cipher, std::unique_ptr<State> state) noexcept;
  static base::Result<SecureMessaging> create(Cipher cipher, KsEnc ks_enc, KsMac ks_mac, Ssc ssc);

  Cipher cipher_;
  std::unique_ptr<State> state_;  ///< gone when the session is dead
};

}  // namespace cicada::host::sm
