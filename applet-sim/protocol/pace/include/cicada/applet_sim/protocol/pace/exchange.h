// One run of PACE, the chip's side (9303-11 §4.4.4, §4.4.5).
#pragma once

#include <optional>
#include <vector>

#include "cicada/applet_sim/protocol/pace/selection.h"
#include "cicada/applet_sim/protocol/pace/steps.h"
#include "cicada/applet_sim/sm/secure_messaging.h"
#include "cicada/base/rng.h"

namespace cicada::applet_sim::protocol::pace {

/// The longest data field of a GENERAL AUTHENTICATE that is looked at: an element of 2,048 bits and its headers.
inline constexpr std::size_t kMaxDataSize = 272;

/// What a run needs.
struct Setup {
  Offer offer;
  base::SecretBytes k_pi;  ///< sm::derive_password_key
  /// SK_IC on the offer's domain parameters; needed for chip authentication mapping and not used otherwise.
  std::optional<base::SecretBytes> chip_key = {};
  /// CARs of the trust points, the most recent first, for DO'87' and DO'88'; at most two.
  std::vector<base::Bytes> certification_authorities = {};
  security::Lapses lapses = {};  ///< what this chip neglects
};

/// A terminal that proved the password.
struct Opened {
  sm::SecureMessaging session;  ///< SSC 0; from the next command on
  base::Bytes chip_key;         ///< PK_DH,IC as it was sent
  base::Bytes terminal_key;     ///< PK_DH,IFD as it came
  bool chip_authenticated = false;
};

struct Answer {
  base::Bytes data;              ///< 7C { ... }
  std::optional<Opened> opened;  ///< after the last step
};

/// Four GENERAL AUTHENTICATE: encrypted nonce, mapping, key agreement, mutual authentication. Each step is answered
/// once; after a failure of any kind, and after the last step, every further one fails with conflict and sw 6985
/// (unless the chip neglects that). A nonce is drawn in the first step and never leaves the object in clear.
class Exchange {
 public:
  /// Fails with bad_input when suite and domain parameters do not belong together or the chip key is missing,
  /// unsupported (integrated mapping on P-224, unknown domain parameters), crypto.
  [[nodiscard]] static base::Result<Exchange> begin(Setup setup);

  /// The next step. `data` is the data field, `chained` whether the command said that others follow: true for the
  /// first three, false for the last (§4.4.4.3).
  /// Fails with malformed and sw 6A80 (not the object of this step, not an element of the group, own key), conflict and
  /// 6985 (no step left, chaining broken) or 6883 (the last step says that others follow), security and 6300 (wrong
  /// token; nothing else has this status word), crypto and 6F00.
  [[nodiscard]] base::Result<Answer> advance(base::ByteView data, bool chained, base::Rng& rng);

  [[nodiscard]] const Domain& domain() const noexcept { return domain_; }
  /// True when the next step judges the password: the terminal's token is expected.
  [[nodiscard]] bool judges_next() const noexcept { return step_ == Step::authenticate; }

 private:
  enum class Step : std::uint8_t { nonce, map, agree, authenticate, over };

  Exchange(Setup setup, Domain domain) noexcept : setup_(std::move(setup)), domain_(std::move(domain)) {}

  [[nodiscard]] base::Result<base::Bytes> send_nonce(base::Rng& rng);
  [[nodiscard]] base::Result<base::Bytes> map(base::ByteView data, base::Rng& rng);
  [[nodiscard]] base::Result<base::Bytes> agree(base::ByteView shown, base::Rng& rng);
  [[nodiscard]] base::Result<Answer> authenticate(base::ByteView token);
  [[nodiscard]] base::Result<base::Bytes> encrypted_chip_authentication_data() const;
  [[nodiscard]] base::Result<Answer> answer(Step step, base::ByteView value, base::Rng& rng);
  [[nodiscard]] base::Result<Answer> perform(Step step, base::ByteView data, bool chained, base::Rng& rng);

  Setup setup_;
  Domain domain_;
  Step step_ = Step::nonce;
  base::SecretBytes nonce_;
  base::SecretBytes mapping_key_;  ///< SK_Map,IC; kept for chip authentication mapping
  base::Bytes generator_;
  base::Bytes chip_public_key_, terminal_public_key_;
  sm::SessionKeys keys_;
};

}  // namespace cicada::applet_sim::protocol::pace
