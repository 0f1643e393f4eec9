// Cards to test with.
#pragma once

#include <memory>
#include <vector>

#include "cicada/applet_sim/kernel/card.h"
#include "pace_terminal.h"
#include "terminal.h"

namespace cards {

namespace sim = cicada::applet_sim;
using cicada::base::Bytes;
using cicada::base::ByteView;

/// The keys of 9303-11 Appendix D.
[[nodiscard]] terminal::AccessKeys access_keys();
[[nodiscard]] terminal::TransportKeys transport_keys();
[[nodiscard]] sim::protocol::bac::AccessKeys card_access_keys();
[[nodiscard]] sim::protocol::scp03::StaticKeys card_transport_keys();
[[nodiscard]] sim::kernel::BlankCard blank();

/// A content that is different in every octet's neighbourhood: octet i is a hash of i and `salt`.
[[nodiscard]] Bytes pattern(std::size_t size, std::uint8_t salt);

/// EF.CardAccess (2 files in the MF), EF.COM, DG1, DG2 (600 octets), DG3, DG4 and a file nobody may read.
[[nodiscard]] sim::kernel::CardContent content();

/// Encoded PACE passwords of pace_content(), by their references 1 (MRZ of 9303-11 Appendix G), 2 (CAN), 3 (PIN, three
/// tries), 4 (PUK, ten tries).
[[nodiscard]] Bytes password(unsigned reference);
/// content() with BAC and PACE (generic mapping on P-256, AES-128 and AES-256; integrated on P-384; DH; chip
/// authentication mapping on brainpoolP256r1) and two keys of chip authentication.
[[nodiscard]] sim::kernel::CardContent pace_content();
/// The key with identifier 13 on brainpoolP256r1 (3DES, AES-128), and the one with 2 in MODP 2048/256 (AES-256).
[[nodiscard]] Bytes ec_chip_key();
[[nodiscard]] Bytes dh_chip_key();

/// FCP of CREATE FILE.
[[nodiscard]] Bytes fcp_df(unsigned fid, ByteView aid);
[[nodiscard]] Bytes fcp_ef(unsigned fid, unsigned size, unsigned sfi, unsigned security_condition);
/// Everything that makes a blank card an issued one, up to and with the lock: an EF in the MF, the application, EF.COM,
/// DG1, DG2 and EF.CVCA, access keys, PACE passwords and a protocol, the two steps of the life cycle.
[[nodiscard]] std::vector<terminal::Command> personalization();

/// A card, its memory and its world.
class Bench {
 public:
  explicit Bench(std::uint64_t seed = 1) : rng_(seed) {}

  [[nodiscard]] sim::kernel::World world() { return {rng_, clock_}; }
  void use_blank() { use(blank()); }
  void use(const sim::kernel::BlankCard& blank);
  void use(const sim::kernel::CardContent& content);
  void use_personalized() { use(content()); }
  /// The memory as it is, without this card.
  [[nodiscard]] Bytes memory() const { return *cell_; }
  /// Opens the memory again, with power.
  void reopen();

  [[nodiscard]] Bytes send(ByteView command) { return card->process(command); }
  [[nodiscard]] terminal::Response plain(const terminal::Command& command, std::uint8_t cla = 0x00) {
    return terminal::split(send(terminal::encode(cla, command)));
  }
  [[nodiscard]] terminal::Wire wire() {
    return [this](ByteView command) { return send(command); };
  }
  void select_lds1();
  /// Selects the application and opens a session.
  [[nodiscard]] terminal::Messaging open_session();
  /// Selects the MF; PACE with a password of pace_content(): AES-128, generic mapping on P-256.
  [[nodiscard]] terminal::Messaging open_pace(unsigned reference = 2);

  std::unique_ptr<sim::kernel::Card> card;
  cicada::base::FixedClock clock_{cicada::base::Instant{std::chrono::hours{500'000}}};

 private:
  cicada::base::ReplayRng rng_;
  sim::nvm::MemoryStorage::Cell cell_ = std::make_shared<Bytes>();
};

}  // namespace cards
