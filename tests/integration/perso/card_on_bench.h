// A simulated card on a bench: what goes over the wire can be counted, changed, or cut.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/manager/state.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/applet_sim/port/loopback.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/iso7816/channel.h"
#include "cicada/host/perso/content.h"
#include "cicada/host/perso/plan.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/perso/run.h"
#include "cicada/host/transport/loopback.h"

namespace cicada::test {

inline constexpr std::string_view kProfile = "../personalization-scripts/profiles/cccd-2021.toml";
/// Number, birth date and expiry date with their check digits, of nobody.
inline constexpr std::string_view kMrzInformation =
    "099000019"
    "8"
    "9906057"
    "2406053";

host::gp::MasterKey master_key(std::uint8_t last_octet = 0x00);
host::perso::Profile cccd_profile();
/// Invented content with the sizes of the reference card P18, and the access keys of kMrzInformation.
host::perso::Content invented_content();
host::perso::Plan cccd_plan(host::perso::FinalState finish = host::perso::FinalState::locked);

/// Octets on their way; may change them. Gives false to cut the power.
using Meddler = std::function<bool(base::Bytes& octets)>;

class CardOnBench {
 public:
  /// A blank card with the transport keys that master_key() gives its serial.
  CardOnBench();
  /// A blank card of a kind with a card manager, in the given protocol, with keys of `master_key()`.
  CardOnBench(applet_sim::manager::Application application, applet_sim::manager::Protocol protocol,
              std::uint8_t option);

  /// Power off and on; what a cut leaves in memory is what the card wakes up with.
  void power_cycle();
  /// Personalizes with `plan`; the channel is opened with the keys of `master`.
  std::expected<host::perso::RunReport, host::perso::RunFailure> personalize(const host::perso::Plan& plan,
                                                                             const host::gp::MasterKey& master);
  /// The same in the way that the dialect of `profile` says.
  base::Result<host::perso::Session> open_session(const host::perso::Profile& profile,
                                                  const host::gp::MasterKey& master);
  base::Result<host::gp::Scp03> open(const host::gp::MasterKey& master);
  /// One plain command, as it stands.
  std::uint16_t status_of(base::ByteView command);

  [[nodiscard]] applet_sim::kernel::LifeCycle life_cycle() const { return card_->life_cycle(); }
  [[nodiscard]] host::iso7816::Channel& channel() { return channel_; }
  [[nodiscard]] base::Rng& rng() { return host_rng_; }

  Meddler on_command;   ///< before the card gets it
  Meddler on_response;  ///< after the card has acted

 private:
  void put_in(const applet_sim::kernel::BlankCard& blank);
  base::Bytes transmit(base::ByteView command);

  base::ReplayRng card_rng_{1};
  base::ReplayRng host_rng_{2};
  base::FixedClock clock_;
  applet_sim::nvm::MemoryStorage::Cell cell_ = std::make_shared<base::Bytes>();
  std::unique_ptr<applet_sim::kernel::Card> card_;
  std::unique_ptr<applet_sim::port::Loopback> slot_;
  host::transport::LoopbackTransport transport_{[this](base::ByteView command) { return transmit(command); }};
  host::iso7816::Channel channel_{transport_};
};

}  // namespace cicada::test
