// Managing what is on a card, through its issuer security domain.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/aid.h"
#include "cicada/host/gp/key_check.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/gp/load_file.h"
#include "cicada/host/gp/registry.h"
#include "cicada/host/gp/secure_channel.h"
#include "cicada/host/gp/store_data.h"

namespace cicada::host::gp {

/// GET STATUS commands for one part of the registry.
inline constexpr std::size_t kMaxStatusRounds = 128;
/// LOAD commands of one load file: the block number has one octet.
inline constexpr std::size_t kMaxLoadBlocks = 256;

/// Life cycle states of the card that SET STATUS can ask for (Card Specification §11.1.1, table 11-6).
enum class CardState : std::uint8_t {
  initialized = 0x07,
  secured = 0x0F,
  locked = 0x7F,
  terminated = 0xFF,  ///< for good
};

/// An application to be made of a loaded module.
struct Installation {
  Aid load_file;
  Aid module;
  Aid instance;
  std::uint32_t privileges = 0;  ///< three octets; sent as one when only the first is used
  base::Bytes parameters = {};   ///< what the application gets: the value of C9
};

/// What has been sent of what must be.
using LoadProgress = std::function<void(std::size_t sent, std::size_t total)>;

/// The commands of Card Specification §11, through an open channel to a security domain. Borrows the channel.
///
/// Everything fails with card_status when the card refuses, and as SecureChannel::transmit. Answers are checked for
/// form; nothing is tried twice.
class CardManager {
 public:
  explicit CardManager(SecureChannel& channel) noexcept : channel_(channel) {}

  /// GET STATUS (§11.4), with tags; 6310 is followed at most kMaxStatusRounds times. Nothing found (6A88) is an empty
  /// list. A card that does not tell modules (6A86) is asked for load files alone.
  [[nodiscard]] base::Result<std::vector<RegistryEntry>> registry(Part part);

  /// INSTALL [for load] (§11.5.2.3.1) with the hash of the code when `hash_with` names one, then LOAD (§11.6) in as
  /// many blocks as the channel needs. `domain` is the security domain that the file belongs to; none: the one that is
  /// selected. Fails with limit, before anything is sent, when more than kMaxLoadBlocks would be needed.
  [[nodiscard]] base::Result<void> load(const LoadFile& file, const std::optional<Aid>& domain = {},
                                        const std::optional<crypto::openssl::HashAlgorithm>& hash_with = {},
                                        const LoadProgress& progress = {});
  /// INSTALL [for install and make selectable] (§11.5.2.3.2).
  [[nodiscard]] base::Result<void> install(const Installation& installation);
  /// INSTALL [for personalization] (§11.5.2.3.6): STORE DATA goes to this application from now on.
  [[nodiscard]] base::Result<void> begin_personalization(const Aid& application);
  /// STORE DATA (§11.11), one command after the other; the answer of each must be 9000.
  [[nodiscard]] base::Result<void> store_data(std::span<const DataGrouping> groupings, bool last = true);

  /// DELETE (§11.2): an application, or a load file; `with_related`: with everything made of it.
  [[nodiscard]] base::Result<void> remove(const Aid& name, bool with_related = false);

  /// PUT KEY (§11.8, Amendment D §7.2): K-ENC, K-MAC and K-DEK with identifiers 1 to 3 and one version. `replaced` is
  /// the version whose keys they replace, 00 to add. The card's check values are compared with ours: fails with
  /// security when it took other keys than were meant, malformed when it does not say. Versions are 01 to 7F; fails
  /// with bad_input for another one, or keys that the type does not have.
  [[nodiscard]] base::Result<void> put_keys(const StaticKeys& keys, KeyType type, std::uint8_t version,
                                            std::uint8_t replaced = 0);

  /// SET STATUS (§11.10) of the card. Fails with bad_input when `state` is TERMINATED and `destroy` is false.
  [[nodiscard]] base::Result<void> set_card_state(CardState state, bool destroy = false);
  /// The life cycle octet of the card, as its issuer security domain tells it. Fails with malformed when it does not.
  [[nodiscard]] base::Result<std::uint8_t> card_state();
  /// SET STATUS from OP_READY and INITIALIZED to SECURED, from where there is no way back. Asks the card for its state
  /// first; fails with conflict when it is in another one.
  [[nodiscard]] base::Result<void> secure_card();
  /// SET STATUS from CARD_LOCKED back to SECURED. Asks first, because the same command secures a card that was never
  /// locked; fails with conflict when it is in another state.
  [[nodiscard]] base::Result<void> unlock_card();
  /// SET STATUS of an application: locked, or as it was before. Asks the card for its state first; fails with
  /// not_found when there is no such application, conflict when it is in that state already.
  [[nodiscard]] base::Result<void> lock_application(const Aid& application, bool locked);

 private:
  [[nodiscard]] base::Result<iso7816::ResponseApdu> send(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2,
                                                         base::Bytes data);
  [[nodiscard]] base::Result<base::Bytes> done(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, base::Bytes data);
  [[nodiscard]] base::Result<iso7816::ResponseApdu> status(Part part);

  SecureChannel& channel_;
};

/// What a status word means as the answer to this instruction of a security domain; empty when the general meaning
/// (iso7816::describe) says it all.
[[nodiscard]] base::Literal explain_refusal(std::uint8_t ins, std::uint16_t status) noexcept;

}  // namespace cicada::host::gp
