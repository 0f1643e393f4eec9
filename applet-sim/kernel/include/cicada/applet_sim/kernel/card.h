// The simulated card: octets in, octets out.
#pragma once

#include <chrono>
#include <memory>

#include "cicada/applet_sim/kernel/content.h"
#include "cicada/applet_sim/kernel/hooks.h"
#include "cicada/applet_sim/kernel/world.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::applet_sim::kernel {

using applet::LifeCycle;

class Card {
 public:
  /// Writes a new card into empty storage. Fails with conflict when the storage holds something, io.
  [[nodiscard]] static base::Result<std::unique_ptr<Card>> create_blank(World world,
                                                                        std::unique_ptr<nvm::Storage> storage,
                                                                        const BlankCard& blank);
  /// The same, with content. Fails also with bad_input (an empty file, an unknown security condition), conflict (an
  /// identifier twice) and limit (128 KiB of content, 64 files).
  [[nodiscard]] static base::Result<std::unique_ptr<Card>> create_personalized(World world,
                                                                               std::unique_ptr<nvm::Storage> storage,
                                                                               const CardContent& content);
  /// A card that was created before, without power. Octets of a command that a power cut interrupted are cut off. Fails
  /// with malformed when any other octet is not what the card wrote.
  [[nodiscard]] static base::Result<std::unique_ptr<Card>> open(World world, std::unique_ptr<nvm::Storage> storage);

  /// From now on `hooks`, which must outlive the card, is asked at each place that kernel/hooks.h names. It is called
  /// for once, before the power comes. Without it nothing of the card's behaviour changes.
  [[nodiscard]] base::Result<void> install(Hooks& hooks);

  Card(const Card&) = delete;
  Card& operator=(const Card&) = delete;
  Card(Card&&) = delete;
  Card& operator=(Card&&) = delete;
  ~Card();

  /// Power on, and warm reset of a card that has power: the ATR. Sessions, rights and the selected file are gone.
  base::Bytes power_on();
  base::Bytes reset();
  void power_off() noexcept;
  /// The answer to one command APDU of any content: 2 to 65,535 octets, never none. Without power: 6F00.
  [[nodiscard]] base::Bytes process(base::ByteView command);

  [[nodiscard]] static base::ByteView atr() noexcept;
  /// locked: also a PERSONALIZED application on a card whose card manager is SECURED.
  [[nodiscard]] LifeCycle life_cycle() const noexcept;
  [[nodiscard]] const Serial& serial() const noexcept;
  /// How long a chip would have waited before its last answer, because of failed access attempts. The card itself
  /// never sleeps; the port may.
  [[nodiscard]] std::chrono::milliseconds pending_delay() const noexcept;

 private:
  struct State;
  [[nodiscard]] static base::Result<std::unique_ptr<Card>> create(World world, std::unique_ptr<nvm::Storage> storage,
                                                                  applet::CardState card);
  explicit Card(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace cicada::applet_sim::kernel
