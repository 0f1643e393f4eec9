// A simulated card behind a host transport.
#pragma once

#include <filesystem>
#include <memory>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/applet_sim/port/loopback.h"
#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/transport/transport.h"

namespace cicada::tools {

/// What a simulated card may ask of its world, for real runs.
class SystemWorld {
 public:
  [[nodiscard]] applet_sim::kernel::World world() noexcept { return {rng_, clock_}; }

 private:
  base::SystemRng rng_;
  base::SystemClock clock_;
};

/// A simulated card with power, seen as a transport.
class SimulatedCard final : public host::transport::Transport {
 public:
  /// The world must live longer. Power is on from the start.
  explicit SimulatedCard(std::unique_ptr<applet_sim::kernel::Card> card);
  /// Opens a card file. Fails as FileStorage::open and Card::open do.
  [[nodiscard]] static base::Result<std::unique_ptr<SimulatedCard>> open(
      const std::filesystem::path& file, SystemWorld& world,
      applet_sim::nvm::Durability durability = applet_sim::nvm::Durability::durable);

  [[nodiscard]] base::Result<base::Bytes> transceive(base::ByteView command) override;
  /// Sessions are gone.
  void reset() { slot_.power_on(); }
  [[nodiscard]] applet_sim::kernel::Card& card() noexcept { return *card_; }

 private:
  std::unique_ptr<applet_sim::kernel::Card> card_;
  applet_sim::port::Loopback slot_;
};

}  // namespace cicada::tools
