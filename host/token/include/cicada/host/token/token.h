// Keys in a PKCS#11 token: signatures and CMACs under keys that never leave it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"

namespace cicada::host::token {

/// Most sessions at once, and longest PIN.
inline constexpr unsigned kMaxSessions = 64;
inline constexpr std::size_t kMaxPin = 255;
/// Most signatures that are asked for in one call.
inline constexpr std::size_t kMaxSignatures = 1024;

struct TokenSettings {
  std::filesystem::path module;  ///< the PKCS#11 library of the token's maker
  std::string label;             ///< of the token
  /// Where the PIN stands: the first line of a file that nobody else may read (0600), or an environment variable, which
  /// is overwritten and removed when it was read. Exactly one of the two.
  std::filesystem::path pin_file = {};
  std::string pin_environment = {};
  unsigned sessions = 4;                      ///< logged in at once: as many operations run side by side
  std::chrono::milliseconds deadline{5'000};  ///< a token that does nothing for so long is too slow
};

/// Public halves, as a token tells them.
struct EcPublic {
  base::Bytes parameters;  ///< DER of the curve's identifier, or of its explicit parameters
  base::Bytes point;       ///< uncompressed
};
struct RsaPublic {
  base::Bytes modulus, exponent;
};
using TokenPublic = std::variant<EcPublic, RsaPublic>;

using Mac = std::array<std::uint8_t, 16>;

/// One token with a pool of logged-in sessions. Keys are named by their labels. Safe to call from many threads.
///
/// No call hangs: it runs in sessions' own threads, and when nothing of it is begun or done for a whole deadline (while
/// it waits for a free session: nothing of any call), it is left behind, its session with it, until the module comes
/// back. Sessions that broke (token removed, session closed, device error) are
/// opened and logged in again by the next call that needs one. Everything fails with transport when the token is gone,
/// full, busy or too slow (ask again later), security when it refuses the PIN (which is then never tried again: a token
/// locks after a few), not_found when there is no such key, unsupported when the token does not do what is asked,
/// crypto.
class Token {
 public:
  /// Logs one session in, so that a wrong PIN or label shows at once. Fails with bad_input for settings out of range or
  /// a PIN file that others may read, not_found for a module that is not there.
  [[nodiscard]] static base::Result<std::shared_ptr<Token>> open(const TokenSettings& settings);
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;
  Token(Token&&) = delete;
  Token& operator=(Token&&) = delete;
  /// Waits for calls that run, no longer than the deadline.
  ~Token();

  /// The public half of the key pair with this label.
  [[nodiscard]] base::Result<TokenPublic> public_half(std::string_view label);
  /// ECDSA over a digest of 20 to 64 octets, in DER.
  [[nodiscard]] base::Result<base::Bytes> sign_ecdsa(std::string_view label, base::ByteView digest);
  /// RSA, PKCS#1 v1.5; `digest_info` is the DER of a DigestInfo, up to 128 octets.
  [[nodiscard]] base::Result<base::Bytes> sign_rsa(std::string_view label, base::ByteView digest_info);
  /// Several, shared out among the sessions; the caller's thread sleeps once for all of them. An answer for each: after
  /// the first that fails no other is begun, and those fail with it. What was signed is signed.
  [[nodiscard]] std::vector<base::Result<base::Bytes>> sign_ecdsa_each(std::string_view label,
                                                                       std::span<const base::Bytes> digests);
  [[nodiscard]] std::vector<base::Result<base::Bytes>> sign_rsa_each(std::string_view label,
                                                                     std::span<const base::Bytes> digest_infos);
  /// AES-CMAC over up to 2048 octets, under the secret key with this label.
  [[nodiscard]] base::Result<Mac> cmac(std::string_view label, base::ByteView data);
  /// Several, one behind the other, in one call of one session; up to 16.
  [[nodiscard]] base::Result<base::SecretBytes> cmacs(std::string_view label, std::span<const base::Bytes> inputs);

 private:
  struct State;
  explicit Token(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace cicada::host::token
