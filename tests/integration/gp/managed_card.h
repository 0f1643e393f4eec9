// A simulated card with a card manager, and the host's channel to it.
#pragma once

#include <array>
#include <filesystem>
#include <memory>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/applet_sim/port/loopback.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/gp/open_channel.h"
#include "cicada/host/iso7816/channel.h"
#include "cicada/host/transport/loopback.h"

namespace cicada::test {

/// One kind of card, as a maker might deliver it.
struct CardKind {
  host::gp::Protocol protocol = host::gp::Protocol::scp03;
  std::uint8_t i = 0x70;
  std::size_t key_size = 16;
};

inline constexpr std::array<std::uint8_t, 10> kChip{'C', 'I', 'C', 'A', 'D', 'A', 0x00, 0x00, 0x07, 0x2A};
inline constexpr std::uint8_t kKeyVersion = 0x30;

/// Octets of the static keys: 41 41 ..., 42 42 ..., 43 43 ... with `shade` added.
host::gp::StaticKeys keys_of(std::size_t size, std::uint8_t shade = 0);

class ManagedCard {
 public:
  /// In memory.
  explicit ManagedCard(const CardKind& kind);
  /// Writes a card file, for the command.
  static void write(const std::filesystem::path& file, const CardKind& kind);

  [[nodiscard]] host::iso7816::Channel& channel() noexcept { return *channel_; }
  [[nodiscard]] base::Rng& rng() noexcept { return rng_; }
  void reset() { slot_->power_on(); }
  /// Selects the issuer security domain and opens the channel with what fits the kind.
  base::Result<std::unique_ptr<host::gp::SecureChannel>> open(const host::gp::StaticKeys& keys,
                                                              std::optional<std::uint8_t> level = {},
                                                              std::uint8_t key_version = 0);

 private:
  CardKind kind_;
  base::ReplayRng rng_{20211006};
  base::ReplayRng card_rng_{7};
  base::FixedClock clock_;
  std::unique_ptr<applet_sim::kernel::Card> card_;
  std::unique_ptr<applet_sim::port::Loopback> slot_;
  std::unique_ptr<host::transport::LoopbackTransport> transport_;
  std::unique_ptr<host::iso7816::Channel> channel_;
};

}  // namespace cicada::test
