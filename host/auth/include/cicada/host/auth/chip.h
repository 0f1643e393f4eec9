// Chip authentication version 1: does the chip hold the private key of DG14 (9303-11 §6.2)?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cicada/asn1/oid.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "cicada/host/access/kdf.h"
#include "cicada/host/access/pace.h"
#include "cicada/host/access/session.h"

namespace cicada::host::auth {

using KeyAgreementGroup = std::variant<crypto::openssl::Curve, crypto::openssl::Modp>;

/// A static key of the chip, in a group that we know. The point or number was checked to be in the group.
struct ChipKey {
  KeyAgreementGroup group = crypto::openssl::Curve::p256;
  base::Bytes value;                    ///< 04 || x || y, or y as long as p
  std::optional<std::uint32_t> key_id;  ///< as it stands next to the key
  std::vector<std::string> deviations = {};
};

/// Takes the key of a ChipAuthenticationPublicKeyInfo (explicit, named or standardized parameters; X9.42 and PKCS#3).
/// Fails with unsupported for a named group that is not known, with security for explicit curve parameters of no known
/// curve and for a point or number that is not in its group or trivial, with malformed.
[[nodiscard]] base::Result<ChipKey> chip_key(const asn1::ChipAuthenticationPublicKeyInfo& info);

/// One way to do chip authentication that the chip offers.
struct ChipOffer {
  asn1::Oid protocol;  ///< id-CA-ECDH-AES-CBC-CMAC-128 and its like
  access::KeyKind cipher = access::KeyKind::tdes;
  ChipKey key;
  std::optional<std::uint32_t> reference;  ///< goes into DO'84'
  std::vector<std::string> deviations = {};
};

/// The best offer in the DG14 file: the longest AES key, then 3DES. A key without ChipAuthenticationInfo means 3DES
/// (9303-11 §9.2.6; a named deviation). Fails with not_found when DG14 holds no key for it, else like chip_key when no
/// offer can be used.
[[nodiscard]] base::Result<ChipOffer> best_chip_offer(base::ByteView ef_dg14);

/// How far it came. Each step but the first two is one exchange with the chip.
enum class ChipStep : std::uint8_t {
  choose_key,            ///< DG14 read and a key chosen
  make_key,              ///< the reader's ephemeral key, and the agreement
  set_kat,               ///< MSE:Set KAT (3DES)
  set_at,                ///< MSE:Set AT
  general_authenticate,  ///< GENERAL AUTHENTICATE
  first_exchange,        ///< the first exchange under the new keys: the proof
  done,
};
[[nodiscard]] std::string_view to_string(ChipStep step) noexcept;

/// What went on, and what came of it.
struct ChipEvidence {
  ChipStep reached =
      ChipStep::choose_key;               ///< the step that failed or is awaited; done when the chip has proven itself
  std::optional<base::Error> error = {};  ///< why `reached` failed
  std::string what = {};                  ///< "ECDH brainpoolP256r1, AES-128"; empty before a key was chosen
  /// Comp(PK_DH,IFD) of 9303-11 §7.1: terminal authentication signs it. Empty before the chip took the key.
  base::Bytes compressed_reader_key = {};
  std::vector<std::string> deviations = {};

  [[nodiscard]] bool proven() const noexcept { return reached == ChipStep::done; }
  /// New keys are in force and the exchange that proves them is awaited.
  [[nodiscard]] bool awaits_proof() const noexcept { return reached == ChipStep::first_exchange && !error; }
};

/// Runs the protocol under the session's old keys, then gives the session the new ones. When the chip refuses, the
/// session goes on with the old keys (9303-11 §6.2.4.3). Never fails. New keys prove nothing yet: hand the result of
/// the next exchange, whichever command it is, to note_exchange.
[[nodiscard]] ChipEvidence run_chip_authentication(access::SecureSession& session, base::ByteView ef_dg14,
                                                   base::Rng& rng);

/// The first exchange after run_chip_authentication: any answer under the new keys is the proof; a failure of secure
/// messaging is the opposite. Does nothing when no proof is awaited.
void note_exchange(ChipEvidence& evidence, const base::Result<iso7816::ResponseApdu>& outcome);
/// The same when only the error is at hand; nothing: the exchange succeeded.
void note_exchange(ChipEvidence& evidence, const std::optional<base::Error>& failure);

/// Comp() of 9303-11 §7.1.5: the x-coordinate of a point, the SHA-1 of a Diffie-Hellman value. `public_key` as it
/// travelled: a number that begins with zeros has none of them there (§9.4.5). Fails with bad_input for octets that are
/// neither.
[[nodiscard]] base::Result<base::Bytes> compress_key(const KeyAgreementGroup& group, base::ByteView public_key);

/// What PACE with chip authentication mapping left behind (9303-11 §4.4.3.5).
struct MappingEvidence {
  crypto::openssl::Curve curve = crypto::openssl::Curve::p256;
  base::Bytes pk_map_ic = {};                      ///< the chip's mapping key, 04 || x || y
  base::Bytes ca_ic = {};                          ///< decrypted chip authentication data, padding removed
  std::optional<std::uint32_t> parameter_id = {};  ///< of the PACEInfo: names the key in EF.CardSecurity
};

/// From a run of PACE; nothing when it had another mapping.
[[nodiscard]] std::optional<MappingEvidence> mapping_evidence(const access::PaceEvidence& evidence);

/// PKmap_IC = CA_IC * PK_IC, with PK_IC from the SecurityInfos of EF.CardSecurity (verified before: card_security.h).
/// Fails with not_found when they hold no key of this curve and id, with security when the chip does not hold its key,
/// else like chip_key. Gives what was proven: "ECDH brainpoolP256r1".
[[nodiscard]] base::Result<std::string> verify_mapping(const MappingEvidence& evidence,
                                                       const asn1::SecurityInfos& card_security);

/// Is the key that a mapping proves, from the SecurityInfos of EF.CardSecurity, also in DG14? EF.CardSecurity is
/// signed, but nothing binds it to one document: with the file and the key of another chip of the same State the
/// mapping holds as well. DG14 is bound by its hash.
[[nodiscard]] bool mapped_key_is_in_dg14(const MappingEvidence& evidence, const asn1::SecurityInfos& card_security,
                                         base::ByteView ef_dg14);

}  // namespace cicada::host::auth
