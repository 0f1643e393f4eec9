// Basic access control (9303-11 §4.3).
#pragma once

#include <expected>
#include <string_view>

#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"
#include "cicada/host/access/failure.h"
#include "cicada/host/access/session.h"

namespace cicada::host::access {

/// K_Enc and K_MAC of a document: what the printed MRZ opens the chip with.
class BacKeys {
 public:
  using Enc = base::Key<struct ForBacEncryption, 16>;
  using Mac = base::Key<struct ForBacAuthentication, 16>;

  /// From the MRZ information: document number, birth date, expiry date, each with its check digit (9303-11 §9.7.2).
  /// Fails with bad_input when the text is shorter than 24 characters (9+1, 6+1, 6+1) or has characters that an MRZ
  /// does not have.
  [[nodiscard]] static base::Result<BacKeys> from_mrz_information(std::string_view mrz_information);
  /// From the keys themselves (personalization writes them into the card).
  BacKeys(Enc k_enc, Mac k_mac) noexcept : k_enc_(std::move(k_enc)), k_mac_(std::move(k_mac)) {}

  [[nodiscard]] const Enc& k_enc() const noexcept { return k_enc_; }
  [[nodiscard]] const Mac& k_mac() const noexcept { return k_mac_; }

 private:
  Enc k_enc_;
  Mac k_mac_;
};

/// GET CHALLENGE and MUTUAL AUTHENTICATE in the application selected now. Chips that want another Le are asked again
/// with a fresh challenge, once. Fails with
///   card_status  the card refused: most often "the MRZ data does not open this card"
///   security     the card's answer does not prove that it knows the keys
///   malformed    a challenge or an answer of the wrong size
///   transport, card_removed, crypto
[[nodiscard]] std::expected<SecureSession, AccessFailure> run_bac(PlainSession&& plain, const BacKeys& keys,
                                                                  base::Rng& rng);

}  // namespace cicada::host::access
